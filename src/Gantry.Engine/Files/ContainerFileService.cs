using Gantry.Runtime.Containers;
using System.Text;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Images;
using Gantry.Images.Trees;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Files;

/// <summary>Containers' files through the API: archives in and out, changes, export, commit.</summary>
internal sealed partial class ContainerFileService(EngineParts parts, ImageStore store, IContainerBackend containers) : IContainerFileBackend
{
    public async Task<PathStat> StatPathAsync(string container, string path, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var wanted = Read(path);
        using var held = await HoldAsync(target).ConfigureAwait(false);
        using var view = Open(target);
        return wanted.TryStat(view.Root) ?? throw ContainerPaths.NotFound(path, container);
    }

    public async Task<ContainerArchive> OpenArchiveAsync(string container, string path, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var wanted = Read(path);
        var held = await HoldAsync(target).ConfigureAwait(false);
        ContainerView? view = null;
        try
        {
            view = Open(target);
            var stat = wanted.TryStat(view.Root) ?? throw ContainerPaths.NotFound(path, container);
            parts.Events.Publish(target, "archive-path", ("path", path));
            return new(stat, (stream, token) => WriteArchive(view.Root, wanted, stream, token), () => Close(view, held));
        }
        catch
        {
            Close(view, held);
            throw;
        }
    }

    public async Task ExtractArchiveAsync(string container, ArchiveExtraction options, Stream archive, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var wanted = Read(options.Path);
        using var held = await HoldAsync(target).ConfigureAwait(false);
        using var view = Open(target);
        var status = view.Root.TryStat(wanted.Whole, followLast: true) ?? throw ContainerPaths.NotFound(options.Path, container);
        if (status.Kind != FileKind.Directory)
        {
            throw new InvalidArgumentException("extraction point is not a directory");
        }

        RefuseReadOnly(target.Record, view.Root, wanted);
        (uint, uint)? owner = null;
        if (options.CopyUidGid && target.Record.Config.User.Length > 0)
        {
            var user = UserLookup.Resolve(view.Root, target.Record.Config.User, null);
            owner = (user.UserId, user.GroupId);
        }

        var prefix = Encoding.UTF8.GetBytes(wanted.Whole == "/" ? "" : wanted.Whole);
        var extractor = new TreeExtractor(view.Root, prefix, owner, options.NoOverwriteDirNonDir);
        try
        {
            await BlockingWork.RunAsync(() => extractor.Extract(archive, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidArgumentException e)
        {
            // What is wrong with an archive is no wrong parameter to Docker, and answered with 500.
            throw new InternalException(e.Message, e);
        }

        parts.Events.Publish(target, "extract-to-dir", ("path", options.Path));
    }

    public async Task<IReadOnlyList<FilesystemChange>> ChangesAsync(string container, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        return await Task.Run(
            () =>
            {
                using var changes = new LayerChanges(parts.Images.GetSnapshot(target.Id));
                return changes.List();
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<ContainerArchive> ExportAsync(string container, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        var held = await HoldAsync(target).ConfigureAwait(false);
        ContainerView? view = null;
        try
        {
            view = Open(target, withMounts: false);
            parts.Events.Publish(target, "export");
            return new(
                new PathStat { Name = "/" },
                (stream, token) =>
                {
                    var archive = new TreeArchive(stream, token);
                    archive.AddDirectory(view.Root, []);
                    archive.Finish();
                },
                () => Close(view, held));
        }
        catch
        {
            Close(view, held);
            throw;
        }
    }

    private static ContainerPaths Read(string path) =>
        path.Length > 0 ? ContainerPaths.Read(path) : throw new InvalidArgumentException("path cannot be empty");

    private static void WriteArchive(RootedDirectory root, ContainerPaths wanted, Stream stream, CancellationToken cancellationToken)
    {
        var archive = new TreeArchive(stream, cancellationToken);
        var name = Encoding.UTF8.GetBytes(wanted.BaseName);
        if (wanted.Name.Length == 0 || wanted.Follows)
        {
            using var directory = root.OpenDirectory(wanted.Whole);
            archive.AddDirectory(directory, name);
        }
        else
        {
            using var parent = root.OpenDirectory(wanted.Directory.Length == 0 ? "/" : wanted.Directory);
            archive.Add(parent, Encoding.UTF8.GetBytes(wanted.Name), name);
        }

        archive.Finish();
    }

    /// <summary>A read-only root takes nothing but in a volume that is not; the kernel would say the same in the middle.</summary>
    private static void RefuseReadOnly(ContainerRecord record, RootedDirectory root, ContainerPaths wanted)
    {
        var mount = record.Mounts.Where(mount => wanted.Whole == mount.Destination || wanted.Whole.StartsWith(mount.Destination + "/", StringComparison.Ordinal))
            .MaxBy(mount => mount.Destination.Length);
        if (mount is { ReadOnly: true })
        {
            throw new PermissionDeniedException($"mounted volume is marked read-only: {mount.Destination}");
        }

        if (mount is null && record.HostConfig.ReadonlyRootfs && root.TryStat(wanted.Whole) is not { Kind: FileKind.SymbolicLink })
        {
            throw new PermissionDeniedException("container rootfs is marked read-only");
        }
    }

    private ContainerView Open(Container container, bool withMounts = true)
    {
        try
        {
            return ContainerView.Open(parts, container.Record, withMounts);
        }
        catch (LinuxException e)
        {
            throw new InternalException($"cannot open the files of container {container.Id}: {e.Message}", e);
        }
    }

    /// <summary>A container that does not run must not be started or removed while its layer is mounted here.</summary>
    private static async Task<IDisposable?> HoldAsync(Container container)
    {
        var holder = await container.Gate.EnterAsync().ConfigureAwait(false);
        if (!container.Record.State.IsAlive)
        {
            return holder;
        }

        holder.Dispose();
        return null;
    }

    private static void Close(ContainerView? view, IDisposable? held)
    {
        view?.Dispose();
        held?.Dispose();
    }
}
