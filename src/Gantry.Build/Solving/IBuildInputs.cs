using Gantry.Build.Sources;
using Gantry.Images;
using Gantry.Images.Content;
using Gantry.Images.Layouts;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;

namespace Gantry.Build.Solving;

/// <summary>What the client of a build gives it.</summary>
public interface IBuildInputs : IBuildSecrets
{
    /// <summary>Says, before any is opened, of which contexts no more than some paths are wanted.</summary>
    /// <param name="paths">By the name of a context, empty for the build's own.</param>
    void Narrow(IReadOnlyDictionary<string, IReadOnlyList<string>> paths);

    /// <summary>The files of a context; the same tree for the same name, which the inputs own.</summary>
    /// <param name="name">Null for the build's own.</param>
    Task<SourceTree> OpenContextAsync(string? name, CancellationToken cancellationToken);

    /// <summary>What came of a context that was fetched from an address; null for another, and for one that nothing asked for.</summary>
    /// <param name="name">Null for the build's own.</param>
    SourcePin? FindPin(string? name);

    /// <summary>An OCI layout of the client, which the inputs own.</summary>
    /// <param name="place">As <see cref="LayoutAddress.Place"/> has it.</param>
    Task<ILayoutSource> OpenLayoutAsync(string place, CancellationToken cancellationToken);

    /// <summary>What the client left out of the build's own context; null where nothing.</summary>
    Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken);

    /// <summary>An image for a platform, brought here if it is not.</summary>
    /// <param name="pull">Asks the registry even where the image is here.</param>
    Task<Image> GetImageAsync(ImageReference reference, Platform platform, bool pull, StepReport report, CancellationToken cancellationToken);

    /// <summary>Takes what was made, which the build holds, to a registry as it is.</summary>
    /// <param name="name">Without a tag it is there by its digest alone.</param>
    /// <param name="target">Its manifest, or its index.</param>
    /// <param name="image">Whose it is.</param>
    /// <param name="insecure">The registry may be spoken to without TLS.</param>
    Task PushAsync(ImageReference name, Descriptor target, Image image, bool insecure, StepReport report, CancellationToken cancellationToken);

    /// <summary>A manifest at a registry that says of which steps layers came.</summary>
    Task<RemoteArtifact> OpenArtifactAsync(ImageReference reference, Platform platform, ContentLease lease, CancellationToken cancellationToken);

    /// <summary>Takes a document and blobs that the lease holds to a registry.</summary>
    Task PushArtifactAsync(
        ImageReference name, string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, ContentLease lease, StepReport report, CancellationToken cancellationToken);

    /// <summary>What an image for a platform says of itself: nothing of it comes here.</summary>
    /// <param name="pull">Asks the registry even where the image is here.</param>
    Task<ImageConfiguration> GetConfigurationAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken);
}
