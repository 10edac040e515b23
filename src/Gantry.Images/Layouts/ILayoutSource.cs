using Gantry.Spec;

namespace Gantry.Images.Layouts;

/// <summary>An OCI layout that somebody else has. Nothing of it is to be trusted.</summary>
public interface ILayoutSource
{
    /// <summary>What its index has under a tag.</summary>
    /// <param name="tag">Null for <c>latest</c>, or the only one that is there.</param>
    Task<Digest> ResolveAsync(string? tag, CancellationToken cancellationToken);

    /// <summary>Opens a blob, whichever bytes come of it.</summary>
    Task<Stream> OpenAsync(Digest digest, CancellationToken cancellationToken);
}

/// <summary>An OCI layout that somebody else keeps, and lists what is in it.</summary>
public interface ILayoutTarget
{
    /// <summary>Adds a blob, unless it is there.</summary>
    Task WriteAsync(Digest digest, Stream content, CancellationToken cancellationToken);
}
