using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the image endpoints ask of the engine. An <c>image</c> is a reference, an id or a unique id prefix.</summary>
public interface IImageBackend
{
    Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken);

    /// <param name="platform">Null for this machine's, or what there is.</param>
    /// <param name="manifests">With the manifests of all platforms.</param>
    Task<ImageInspectResponse> InspectImageAsync(string image, Platform? platform, bool manifests, CancellationToken cancellationToken);

    Task<IReadOnlyList<ImageHistoryItem>> ImageHistoryAsync(string image, Platform? platform, CancellationToken cancellationToken);

    /// <summary>Pulls; failures after the first message are the last message's error.</summary>
    /// <param name="tag">Tag or digest; null with a reference that has its own; null without one means all tags of the repository.</param>
    IAsyncEnumerable<ProgressMessage> PullAsync(string fromImage, string? tag, string? platform, AuthConfig? auth, CancellationToken cancellationToken);

    /// <summary>Pushes; failures after the first message are the last message's error.</summary>
    /// <param name="tag">Null with a reference that has its own; null without one means all tags of the repository.</param>
    IAsyncEnumerable<ProgressMessage> PushAsync(string image, string? tag, Platform? platform, AuthConfig? auth, CancellationToken cancellationToken);

    /// <summary>What a registry has under a name, without pulling it.</summary>
    Task<DistributionInspect> InspectRemoteAsync(string image, AuthConfig? auth, CancellationToken cancellationToken);

    /// <summary>Repositories of a registry that can search.</summary>
    /// <param name="limit">At most so many; null for 25.</param>
    Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int? limit, Filters filters, AuthConfig? auth, CancellationToken cancellationToken);

    /// <summary>Makes an image of one layer from a tar stream (plain or compressed).</summary>
    IAsyncEnumerable<ProgressMessage> ImportAsync(ImageImportOptions options, Stream content, CancellationToken cancellationToken);

    /// <param name="platforms">Only these; all that are in the archive where none are given.</param>
    IAsyncEnumerable<ProgressMessage> LoadAsync(Stream archive, IReadOnlyList<Platform> platforms, bool quiet, CancellationToken cancellationToken);

    /// <summary>Writes a docker archive (which is an OCI layout too) of the images. All are resolved before the first byte.</summary>
    /// <param name="platforms">Only these; all that are here where none are given.</param>
    Task<Func<Stream, CancellationToken, Task>> SaveAsync(IReadOnlyList<string> images, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken);

    Task TagAsync(string image, string repository, string? tag, CancellationToken cancellationToken);

    /// <param name="platforms">Only these; the whole image where none are given.</param>
    Task<IReadOnlyList<ImageDeleteItem>> RemoveImageAsync(string image, IReadOnlyList<Platform> platforms, bool force, bool prune, CancellationToken cancellationToken);
}

/// <summary>The query of <c>GET /images/json</c>.</summary>
public sealed record ImageListOptions
{
    public bool All { get; init; }

    public bool Digests { get; init; }

    public bool SharedSize { get; init; }

    /// <summary>With the manifests of all platforms.</summary>
    public bool Manifests { get; init; }

    public required Filters Filters { get; init; }
}

/// <summary>The query of <c>POST /images/create?fromSrc=…</c>.</summary>
public sealed record ImageImportOptions
{
    public string? Repository { get; init; }

    public string? Tag { get; init; }

    public string? Message { get; init; }

    public string? Platform { get; init; }

    /// <summary>Dockerfile instructions applied to the image's configuration.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
}
