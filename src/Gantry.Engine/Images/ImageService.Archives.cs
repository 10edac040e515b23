using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    public IAsyncEnumerable<ProgressMessage> ImportAsync(ImageImportOptions options, Stream content, CancellationToken cancellationToken) =>
        throw new UnsupportedException("import is not supported yet");

    public IAsyncEnumerable<ProgressMessage> LoadAsync(Stream archive, bool quiet, CancellationToken cancellationToken) =>
        throw new UnsupportedException("load is not supported yet");

    public Task<Func<Stream, CancellationToken, Task>> SaveAsync(IReadOnlyList<string> images, CancellationToken cancellationToken) =>
        throw new UnsupportedException("save is not supported yet");

    public static Task<AuthResponse> AuthenticateAsync(AuthConfig credentials, CancellationToken cancellationToken) =>
        throw new UnsupportedException("login is not supported yet");
}
