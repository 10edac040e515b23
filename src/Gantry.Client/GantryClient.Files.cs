using Gantry.Client.Transport;

namespace Gantry.Client;

public sealed partial class GantryClient
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    /// <summary>The status of a path in a container, as base64 of JSON.</summary>
    public async ValueTask<string> StatPathAsync(string container, string path, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(new DaemonRequest("HEAD", ArchiveOf(container, path).ToString()), cancellationToken).ConfigureAwait(false);
        return response.Head[StatHeader] ?? "";
    }

    /// <summary>A tar of a path in a container, to be read and disposed by the caller, and the path's status.</summary>
    public async ValueTask<(Stream Archive, string Stat)> OpenArchiveAsync(string container, string path, CancellationToken cancellationToken = default)
    {
        var response = await _transport.SendAsync(new DaemonRequest("GET", ArchiveOf(container, path).ToString()), cancellationToken).ConfigureAwait(false);
        return (response.Body, response.Head[StatHeader] ?? "");
    }

    /// <summary>Extracts a tar into a directory of a container.</summary>
    public async ValueTask ExtractArchiveAsync(string container, string path, bool copyOwner, Stream archive, CancellationToken cancellationToken = default) =>
        await SendAsync(
            new DaemonRequest("PUT", ArchiveOf(container, path).Add("noOverwriteDirNonDir", "true").Add("copyUIDGID", copyOwner).ToString())
            {
                Content = archive,
                ContentType = "application/x-tar",
            },
            cancellationToken).ConfigureAwait(false);

    private static Query ArchiveOf(string container, string path) => new Query($"/containers/{Query.Segment(container)}/archive").Add("path", path);
}
