using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

internal sealed class MemoryImages : IImageBackend
{
    public AuthConfig? PulledWith { get; private set; }

    public string? Inspected { get; private set; }

    public long LoadedBytes { get; private set; }

    public async IAsyncEnumerable<ProgressMessage> PullAsync(
        string fromImage, string? tag, string? platform, AuthConfig? auth,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PulledWith = auth;
        if (fromImage == "missing")
        {
            throw new NotFoundException($"manifest for {fromImage}:{tag} not found: manifest unknown");
        }

        yield return new ProgressMessage { Status = $"Pulling from library/{fromImage}", Id = tag };
        await Task.Yield();
        if (fromImage == "broken")
        {
            throw new RegistryUnavailableException("the registry went away");
        }
    }

    public Task<DistributionInspect> InspectRemoteAsync(string image, AuthConfig? auth, CancellationToken cancellationToken) =>
        throw new NotFoundException($"manifest for {image} not found: manifest unknown");

    public Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int? limit, Filters filters, AuthConfig? auth, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SearchResult>>([new SearchResult { Name = term }]);

    public IAsyncEnumerable<ProgressMessage> PushAsync(string image, string? tag, Platform? platform, AuthConfig? auth, CancellationToken cancellationToken) =>
        PullAsync(image, tag, platform?.ToString(), auth, cancellationToken);

    public async IAsyncEnumerable<ProgressMessage> LoadAsync(
        Stream archive, IReadOnlyList<Platform> platforms, bool quiet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        int length;
        while ((length = await archive.ReadAsync(buffer, cancellationToken)) > 0)
        {
            LoadedBytes += length;
        }

        yield return new ProgressMessage { Stream = "Loaded image: x:latest\n" };
    }

    public Task<ImageInspectResponse> InspectImageAsync(string image, Platform? platform, bool manifests, CancellationToken cancellationToken)
    {
        Inspected = image;
        return Task.FromResult(new ImageInspectResponse { Id = "sha256:1", Size = 7, Config = new ImageInspectConfig { Cmd = ["sh"] } });
    }

    public Task<Func<Stream, CancellationToken, Task>> SaveAsync(IReadOnlyList<string> images, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken) =>
        Task.FromResult<Func<Stream, CancellationToken, Task>>((output, token) =>
            output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Join(',', images)), token).AsTask());

    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ImageSummary>>([new ImageSummary { Id = "sha256:1", Size = 7 }]);

    public Task<IReadOnlyList<ImageHistoryItem>> ImageHistoryAsync(string image, Platform? platform, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ImageHistoryItem>>([]);

    public IAsyncEnumerable<ProgressMessage> ImportAsync(ImageImportOptions options, Stream content, CancellationToken cancellationToken) =>
        LoadAsync(content, [], true, cancellationToken);

    public Task TagAsync(string image, string repository, string? tag, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<ImageDeleteItem>> RemoveImageAsync(string image, IReadOnlyList<Platform> platforms, bool force, bool prune, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ImageDeleteItem>>([new ImageDeleteItem { Untagged = image }]);
}
