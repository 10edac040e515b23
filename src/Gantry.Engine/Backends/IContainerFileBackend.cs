using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the endpoints that read and write containers' files ask of the engine.</summary>
public interface IContainerFileBackend
{
    /// <summary>What is at a path; the last name's link is not followed unless a slash stands behind it.</summary>
    Task<PathStat> StatPathAsync(string container, string path, CancellationToken cancellationToken);

    /// <summary>A tar of what is at a path. To be disposed.</summary>
    Task<ContainerArchive> OpenArchiveAsync(string container, string path, CancellationToken cancellationToken);

    /// <summary>Extracts a tar, plain or compressed, into a directory that is there.</summary>
    Task ExtractArchiveAsync(string container, ArchiveExtraction options, Stream archive, CancellationToken cancellationToken);

    Task<IReadOnlyList<FilesystemChange>> ChangesAsync(string container, CancellationToken cancellationToken);

    /// <summary>A tar of the container's root without its volumes. To be disposed.</summary>
    Task<ContainerArchive> ExportAsync(string container, CancellationToken cancellationToken);

    /// <summary>Makes an image of a container. Returns its id.</summary>
    Task<string> CommitAsync(string container, CommitOptions options, CancellationToken cancellationToken);
}

/// <summary>An archive that is ready to be written.</summary>
/// <param name="stat">Of what is in it.</param>
/// <param name="write">Writes it, blocking on the stream.</param>
/// <param name="close">Lets go of the container.</param>
public sealed class ContainerArchive(PathStat stat, Action<Stream, CancellationToken> write, Action close) : IDisposable
{
    public PathStat Stat => stat;

    /// <summary>On a thread of its own: it blocks on files and on whoever reads.</summary>
    public Task WriteAsync(Stream target, CancellationToken cancellationToken) =>
        BlockingWork.RunAsync(() => write(target, cancellationToken), cancellationToken);

    public void Dispose() => close();
}

/// <summary>The query of <c>PUT /containers/{id}/archive</c>.</summary>
public sealed record ArchiveExtraction
{
    public required string Path { get; init; }

    /// <summary>A directory is not replaced by something else, nor the other way round.</summary>
    public bool NoOverwriteDirNonDir { get; init; }

    /// <summary>What comes belongs to the container's user.</summary>
    public bool CopyUidGid { get; init; }
}

/// <summary>The query and body of <c>POST /commit</c>.</summary>
public sealed record CommitOptions
{
    public string? Repository { get; init; }

    public string? Tag { get; init; }

    public string? Comment { get; init; }

    public string? Author { get; init; }

    public bool Pause { get; init; }

    /// <summary>Dockerfile instructions applied to the configuration.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What to put over the container's configuration; null for nothing.</summary>
    public ContainerConfig? Config { get; init; }
}
