using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Linux.Plans;

public sealed unsafe partial class Plan
{
    private const uint Recursive = 0x4000; // MS_REC

    /// <summary>Sets how everything in the new mount namespace exchanges mounts with the old one.</summary>
    public Plan SetPropagation(MountPropagation propagation) =>
        Add(StepKind.SetPropagation, propagation, (nint)((uint)propagation | Recursive));

    /// <summary>Keeps what is mounted below a mount point of the host inside the new namespace.</summary>
    public Plan MakeMountPrivate(string mountPoint) => Add(StepKind.MakeMountPrivate, mountPoint, (nint)arena.Text(mountPoint));

    /// <summary>Moves a detached mount onto a directory of the host, inside the new mount namespace, as the root to be.</summary>
    public Plan AttachRoot(FileDescriptor mount, string directory) =>
        Add(StepKind.AttachRoot, directory, mount.Number, (nint)arena.Text(directory));

    /// <summary>Takes a directory of the host as the root to be.</summary>
    public Plan BindRoot(string directory) => Add(StepKind.BindRoot, directory, (nint)arena.Text(directory));

    /// <param name="mountOptions">Of the file system: <c>key</c> or <c>key=value</c>.</param>
    /// <param name="covered">What the new file system takes over from the directory it covers.</param>
    public Plan MountFileSystem(
        string target,
        string type,
        string? source,
        IReadOnlyList<string> mountOptions,
        MountAttributes attributes,
        MountPropagation propagation = MountPropagation.Unchanged,
        CoveredDirectory covered = CoveredDirectory.Ignored)
    {
        List<string?> pairs = [];
        foreach (var option in mountOptions)
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(equals < 0 ? option : option[..equals]);
            pairs.Add(equals < 0 ? null : option[(equals + 1)..]);
        }

        Add(
            StepKind.MountFileSystem,
            $"{type} on {target}",
            (nint)arena.Text(target),
            (nint)arena.Text(type),
            source is null ? 0 : (nint)arena.Text(source),
            pairs.Count == 0 ? 0 : (nint)arena.Texts(pairs),
            (nint)(uint)attributes,
            (nint)((uint)propagation | (uint)covered));
        options[^1] = mountOptions;
        return this;
    }

    public Plan BindMount(BindMountStep mount) => Add(
        StepKind.BindMount,
        $"{mount.Source} on {mount.Target}",
        (nint)arena.Text(mount.Target),
        (nint)arena.Text(mount.Source),
        mount.Recursive ? 1 : 0,
        unchecked((nint)((ulong)mount.Set | ((ulong)mount.SetRecursive << 32))),
        unchecked((nint)((ulong)mount.Clear | ((ulong)mount.ClearRecursive << 32))),
        (nint)((uint)mount.Propagation | (mount.PropagationRecursive ? 1u : 0u)));

    /// <summary>Moves a detached mount, prepared in all else, to a path in the root.</summary>
    public Plan AttachMount(FileDescriptor mount, string target) =>
        Add(StepKind.AttachMount, $"on {target}", (nint)arena.Text(target), mount.Number);

    public Plan SetMountAttributes(
        string target,
        MountAttributes set,
        MountAttributes clear = MountAttributes.None,
        MountPropagation propagation = MountPropagation.Unchanged,
        bool recursive = false) =>
        Add(StepKind.SetMountAttributes, target, (nint)arena.Text(target), (nint)(uint)set, (nint)(uint)clear, (nint)(uint)propagation, recursive ? 1 : 0);

    public Plan MakeDevice(string path, FileKind kind, uint permissions, DeviceNumber device, uint uid, uint gid) => Add(
        StepKind.MakeDevice,
        path,
        (nint)arena.Text(path),
        (nint)((uint)kind | permissions),
        (nint)device.Packed,
        (nint)uid,
        (nint)gid,
        (nint)arena.Text(path));

    public Plan MakeSymlink(string target, string path) =>
        Add(StepKind.MakeSymlink, path, (nint)arena.Text(target), (nint)arena.Text(path));

    public Plan MaskPath(string path) => Add(StepKind.MaskPath, path, (nint)arena.Text(path));

    public Plan MakePathReadOnly(string path) => Add(StepKind.MakePathReadOnly, path, (nint)arena.Text(path));

    public Plan PivotRoot() => Add(StepKind.PivotRoot);

    public Plan MoveRoot() => Add(StepKind.MoveRoot);

    public Plan SetRootAttributes(MountAttributes set, MountPropagation propagation, bool propagationRecursive) =>
        Add(StepKind.SetRootAttributes, "/", (nint)(uint)set, (nint)(uint)propagation, propagationRecursive ? 1 : 0);
}

/// <summary>What a new file system takes over from the directory that it covers, if that was there before.</summary>
[Flags]
public enum CoveredDirectory : uint
{
    Ignored = 0,

    /// <summary>Owner and permissions.</summary>
    Mode = 1,

    /// <summary>A copy of what is in it.</summary>
    Contents = 2,
}

/// <summary>A directory or file of the host seen in the container.</summary>
/// <param name="Source">Path on the host.</param>
/// <param name="Target">Path in the container, made when it is missing.</param>
/// <param name="Recursive">With all that is mounted in it.</param>
/// <param name="SetRecursive">Attributes for those too (mount_setattr(2), AT_RECURSIVE).</param>
public sealed record BindMountStep(
    string Source,
    string Target,
    bool Recursive,
    MountAttributes Set = MountAttributes.None,
    MountAttributes Clear = MountAttributes.None,
    MountAttributes SetRecursive = MountAttributes.None,
    MountAttributes ClearRecursive = MountAttributes.None,
    MountPropagation Propagation = MountPropagation.Unchanged,
    bool PropagationRecursive = false);
