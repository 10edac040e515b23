using System.Runtime.CompilerServices;
using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Composition;

/// <summary>
/// Images, with <c>gantry/hello</c> from within this program: the first container runs where no registry can be reached,
/// and nobody who takes the name on Docker Hub can put another program in its place.
/// </summary>
internal sealed class HelloImages(IImageBackend images) : IImageBackend
{
    private const string Resource = "gantry-hello.tar";
    private const string Name = "gantry/hello";

    public async IAsyncEnumerable<ProgressMessage> PullAsync(
        string fromImage, string? tag, string? platform, AuthConfig? auth, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var archive = Open(fromImage, tag);
        var messages = archive is null
            ? images.PullAsync(fromImage, tag, platform, auth, cancellationToken)
            : LoadAsync(archive, cancellationToken);
        await foreach (var message in messages.ConfigureAwait(false))
        {
            yield return message;
        }
    }

    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken) =>
        images.ListImagesAsync(options, cancellationToken);

    public Task<ImageInspectResponse> InspectImageAsync(string image, Platform? platform, bool manifests, CancellationToken cancellationToken) =>
        images.InspectImageAsync(image, platform, manifests, cancellationToken);

    public Task<IReadOnlyList<ImageHistoryItem>> ImageHistoryAsync(string image, Platform? platform, CancellationToken cancellationToken) =>
        images.ImageHistoryAsync(image, platform, cancellationToken);

    public IAsyncEnumerable<ProgressMessage> PushAsync(string image, string? tag, Platform? platform, AuthConfig? auth, CancellationToken cancellationToken) =>
        images.PushAsync(image, tag, platform, auth, cancellationToken);

    public Task<DistributionInspect> InspectRemoteAsync(string image, AuthConfig? auth, CancellationToken cancellationToken) =>
        images.InspectRemoteAsync(image, auth, cancellationToken);

    public Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int? limit, Filters filters, AuthConfig? auth, CancellationToken cancellationToken) =>
        images.SearchAsync(term, limit, filters, auth, cancellationToken);

    public IAsyncEnumerable<ProgressMessage> ImportAsync(ImageImportOptions options, Stream content, CancellationToken cancellationToken) =>
        images.ImportAsync(options, content, cancellationToken);

    public IAsyncEnumerable<ProgressMessage> LoadAsync(Stream archive, IReadOnlyList<Platform> platforms, bool quiet, CancellationToken cancellationToken) =>
        images.LoadAsync(archive, platforms, quiet, cancellationToken);

    public Task<Func<Stream, CancellationToken, Task>> SaveAsync(IReadOnlyList<string> names, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken) =>
        images.SaveAsync(names, platforms, cancellationToken);

    public Task TagAsync(string image, string repository, string? tag, CancellationToken cancellationToken) =>
        images.TagAsync(image, repository, tag, cancellationToken);

    public Task<IReadOnlyList<ImageDeleteItem>> RemoveImageAsync(string image, IReadOnlyList<Platform> platforms, bool force, bool prune, CancellationToken cancellationToken) =>
        images.RemoveImageAsync(image, platforms, force, prune, cancellationToken);

    private static Stream? Open(string fromImage, string? tag)
    {
        var reference = string.IsNullOrEmpty(tag) ? fromImage : $"{fromImage}:{tag}";
        var name = reference.StartsWith("docker.io/", StringComparison.Ordinal) ? reference["docker.io/".Length..] : reference;
        return name is Name or $"{Name}:latest" ? typeof(HelloImages).Assembly.GetManifestResourceStream(Resource) : null;
    }

    private async IAsyncEnumerable<ProgressMessage> LoadAsync(Stream archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ProgressMessage { Id = "latest", Status = $"Taking {Name}, which comes with gantryd" };
        await foreach (var message in images.LoadAsync(archive, [], quiet: true, cancellationToken).ConfigureAwait(false))
        {
            if (message.Error is not null)
            {
                yield return message;
            }
        }

        yield return new ProgressMessage { Status = $"Status: Image is up to date for {Name}:latest" };
    }
}
