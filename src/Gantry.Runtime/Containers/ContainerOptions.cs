using System.Runtime.InteropServices;
using Gantry.Linux;

namespace Gantry.Runtime.Containers;

/// <summary>What a container is made with besides its config.json. Handles stay the caller's, and open until Create returns.</summary>
public sealed record ContainerOptions
{
    public required string Id { get; init; }

    /// <summary>Absolute path of the bundle: relative paths of config.json start here.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root file system as a detached mount, moved onto <see cref="RootDirectory"/>; null to use root.path.</summary>
    public FileDescriptor? RootMount { get; init; }

    /// <summary>Where <see cref="RootMount"/> goes, in the container's mount namespace only; null: <c>rootfs</c> in the bundle.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>Mounts that were prepared for it, detached, by the source that config.json names.</summary>
    public IReadOnlyDictionary<string, FileDescriptor> PreparedMounts { get; init; } = new Dictionary<string, FileDescriptor>();

    /// <summary>Standard streams; null for this process's own. Not used with process.terminal.</summary>
    public StandardStreams Streams { get; init; } = StandardStreams.Inherited;

    /// <summary>What the init waits for before it executes its program; null for <see cref="PreparedContainer.Start"/>.</summary>
    public SafeHandle? StartSignal { get; init; }

    /// <summary>Where a failure after that is also written; null for nowhere.</summary>
    public SafeHandle? FailureSink { get; init; }

    /// <summary>Descriptors from 3 on that the program gets.</summary>
    public int PreservedDescriptors { get; init; }

    /// <summary>The kernel kills the init when the thread that makes it ends: for a parent that stays.</summary>
    public bool DieWithParent { get; init; }

    /// <summary>Moves the root over / where pivot_root(2) is impossible, as in an initramfs.</summary>
    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>Where compiled system call filters are kept between containers; null keeps none.</summary>
    public string? SeccompCache { get; init; }

    /// <summary>Told about what is left out because this machine lacks it.</summary>
    public Action<string>? Warn { get; init; }
}

/// <summary>The three standard streams of a process; null for those of the caller.</summary>
public sealed record StandardStreams(SafeHandle? Input, SafeHandle? Output, SafeHandle? Error)
{
    public static StandardStreams Inherited { get; } = new(null, null, null);
}
