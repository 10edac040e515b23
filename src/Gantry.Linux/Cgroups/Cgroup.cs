using System.Globalization;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Cgroups;

/// <summary>The cgroup of a container: a directory of the same path in each hierarchy of the machine.</summary>
/// <param name="path">From the root of the hierarchies.</param>
public sealed partial class Cgroup(CgroupLayout layout, string path)
{
    public CgroupLayout Layout { get; } = layout;

    public string Path { get; } = path;

    /// <summary>One below it, which need not be there.</summary>
    public Cgroup Below(string relative) => new(Layout, Path.TrimEnd('/') + "/" + relative.Trim('/'));

    public bool Exists => Layout.Hierarchies.Any(h => Directory.Exists(h.PathOf(Path)));

    /// <summary>The directory for a controller of v1, or of v2 when the machine has only that.</summary>
    /// <exception cref="LinuxException">The machine has no such controller (ENOENT).</exception>
    public string DirectoryOf(string controller)
    {
        var hierarchy = Layout.Find(controller) ?? (Layout.IsUnified ? Layout.Unified : null);
        return hierarchy?.PathOf(Path) ?? throw new LinuxException("cgroup", Errno.ENOENT, $"controller {controller}");
    }

    /// <summary>Makes the directories; those that are there stay as they are.</summary>
    /// <returns>Whether none was there before.</returns>
    public bool Create() => CreateUnified() & CreateLegacy();

    /// <summary>Makes the directory of v2, that a process can be cloned into.</summary>
    /// <returns>Whether it was not there before, or there is no v2.</returns>
    public bool CreateUnified()
    {
        if (Layout.Unified is not { } unified)
        {
            return true;
        }

        var isNew = MakeDirectory(unified.PathOf(Path));
        if (Layout.IsUnified)
        {
            DelegateControllers();
        }

        return isNew;
    }

    /// <summary>Makes the directories of v1.</summary>
    /// <returns>Whether none was there before.</returns>
    public bool CreateLegacy()
    {
        var isNew = true;
        foreach (var hierarchy in Layout.Hierarchies)
        {
            if (hierarchy.IsUnified)
            {
                continue;
            }

            var directory = hierarchy.PathOf(Path);
            isNew &= MakeDirectory(directory);
            if (hierarchy.Controllers.Contains("cpuset"))
            {
                InheritCpuset(hierarchy, directory);
            }
        }

        return isNew;
    }

    /// <summary>Whether the unified hierarchy offers a controller to this cgroup.</summary>
    public bool HasUnifiedController(string controller) =>
        Layout.Unified is { } unified && ReadFile(unified.PathOf(Path), "cgroup.controllers")?.Split(' ', '\n').Contains(controller) == true;

    /// <summary>Writes a file of a controller.</summary>
    public void Write(string controller, string file, string value) => WriteFile(DirectoryOf(controller), file, value);

    /// <summary>Reads a file of a controller; null when it is not there.</summary>
    public string? Read(string controller, string file) =>
        Layout.Find(controller) is null && !Layout.IsUnified ? null : ReadFile(DirectoryOf(controller), file);

    /// <summary>Reads a file of the unified hierarchy; null when it is not there.</summary>
    public string? ReadUnified(string file) => Layout.Unified is { } unified ? ReadFile(unified.PathOf(Path), file) : null;

    /// <summary>
    /// The files that a new process writes itself into, one of each v1 hierarchy. <c>tasks</c> and not
    /// <c>cgroup.procs</c>: a thread that moves itself does not wait for a grace period of the whole machine (6 ms).
    /// </summary>
    public IReadOnlyList<string> TaskFiles
    {
        get
        {
            List<string> files = new(Layout.Hierarchies.Length);
            foreach (var hierarchy in Layout.Hierarchies)
            {
                if (!hierarchy.IsUnified)
                {
                    files.Add(hierarchy.PathOf(Path) + "/tasks");
                }
            }

            return files;
        }
    }

    /// <summary>Opens <see cref="TaskFiles"/>, for a process that may not do it itself.</summary>
    public IReadOnlyList<(FileDescriptor Tasks, string Path)> OpenForJoining() =>
        [.. TaskFiles.Select(file => (OpenHost(file, OpenFlags.WriteOnly), file))];

    /// <summary>The directory in the unified hierarchy, to clone into; null when the machine has none.</summary>
    public FileDescriptor? OpenUnified() =>
        Layout.Unified is { } unified ? OpenHost(unified.PathOf(Path), OpenFlags.Directory) : null;

    /// <summary>All processes in it and below it, by the numbers of the caller's PID namespace.</summary>
    public IReadOnlyList<int> Processes()
    {
        var hierarchy = Layout.Find("pids") ?? Layout.Find("freezer") ?? Layout.Hierarchies.FirstOrDefault();
        var root = hierarchy?.PathOf(Path);
        if (root is null || !Directory.Exists(root))
        {
            return [];
        }

        SortedSet<int> pids = [];
        foreach (var directory in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root))
        {
            foreach (var line in ReadFile(directory, "cgroup.procs")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
            }
        }

        return [.. pids];
    }

    internal static unsafe void WriteFile(string directory, string file, string value)
    {
        var path = directory + "/" + file;
        using var descriptor = OpenHost(path, OpenFlags.WriteOnly);
        var bytes = Encoding.UTF8.GetBytes(value);
        fixed (byte* data = bytes)
        {
            var result = Libc.Write(descriptor.Number, data, (nuint)bytes.Length);
            if (result < 0)
            {
                throw new LinuxException("write", Libc.LastError, $"{value} to {path}");
            }
        }
    }

    internal static string? ReadFile(string directory, string file)
    {
        try
        {
            return HostFile.ReadAllText(directory + "/" + file).TrimEnd('\n');
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    private static unsafe FileDescriptor OpenHost(string path, OpenFlags flags)
    {
        fixed (byte* p = new UnixPath(path))
        {
            var result = Raw.OpenAt(Libc.AtFdCwd, p, flags);
            return result >= 0 ? new(result) : throw new LinuxException("open", (Errno)(-result), path);
        }
    }

    /// <returns>Whether it was not there before.</returns>
    private static unsafe bool MakeDirectory(string directory)
    {
        int result;
        fixed (byte* p = new UnixPath(directory))
        {
            result = Raw.MkdirAt(Libc.AtFdCwd, p, 0x1ED /* 0755 */);
        }

        switch (result)
        {
            case 0:
                return true;
            case -(int)Errno.EEXIST:
                return false;
            case -(int)Errno.ENOENT:
                MakeDirectory(directory[..directory.LastIndexOf('/')]);
                return MakeDirectory(directory);
            default:
                throw new LinuxException("mkdir", (Errno)(-result), directory);
        }
    }

    /// <summary>A new v1 cpuset has no cpu and no memory node, and takes no process until it has (cpusets(7)).</summary>
    private static void InheritCpuset(CgroupHierarchy hierarchy, string directory)
    {
        if (directory.Length <= hierarchy.MountPoint.Length)
        {
            return;
        }

        foreach (var file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
        {
            if (string.IsNullOrEmpty(ReadFile(directory, file)))
            {
                var parent = directory[..directory.LastIndexOf('/')];
                InheritCpuset(hierarchy, parent);
                WriteFile(directory, file, ReadFile(parent, file) ?? string.Empty);
            }
        }
    }

    /// <summary>In v2 a controller reaches a cgroup only when every one above it hands it down.</summary>
    private void DelegateControllers()
    {
        var unified = Layout.Unified!;
        var directory = unified.MountPoint;
        foreach (var name in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var available = ReadFile(directory, "cgroup.controllers")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            var handed = ReadFile(directory, "cgroup.subtree_control")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            foreach (var controller in available.Except(handed))
            {
                try
                {
                    WriteFile(directory, "cgroup.subtree_control", "+" + controller);
                }
                catch (LinuxException)
                {
                    // A controller that cannot be handed down is an error only when a limit asks for it, and is one there.
                }
            }

            directory += "/" + name;
        }
    }
}
