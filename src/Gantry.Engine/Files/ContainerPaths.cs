using Gantry.Engine.Mounts;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Files;

/// <summary>
/// A path as <c>cp</c> takes it: links on the way are followed, the last name only where a slash or <c>/.</c> behind it asks for
/// what it leads to.
/// </summary>
/// <param name="Directory">The directory that holds the last name; empty for the root.</param>
/// <param name="Name">The last name; empty for the root itself.</param>
/// <param name="BaseName">What the entry is called in an archive: <c>.</c> where only the content is meant.</param>
/// <param name="Follows">The last name is followed.</param>
internal sealed record ContainerPaths(string Directory, string Name, string BaseName, bool Follows)
{
    public static ContainerPaths Read(string path)
    {
        var clean = ContainerPath.Clean(path);
        var dot = path == "." || path.EndsWith("/.", StringComparison.Ordinal);
        var follows = dot || path.EndsWith('/');
        var slash = clean.LastIndexOf('/');
        var name = clean[(slash + 1)..];
        return new(clean[..slash], name, dot || (name.Length == 0 && path.AsSpan().Trim('/').Length > 0) ? "." : name.Length == 0 ? "/" : name, follows);
    }

    public string Whole => Name.Length == 0 ? "/" : $"{Directory}/{Name}";

    /// <summary>What is there, as the header says it; null for nothing.</summary>
    public PathStat? TryStat(RootedDirectory root)
    {
        if (root.TryStat(Whole, Follows) is not { } status)
        {
            return null;
        }

        if (Follows && status.Kind != FileKind.Directory)
        {
            throw new InvalidArgumentException($"{Whole}/: not a directory");
        }

        return new PathStat
        {
            Name = BaseName,
            Size = status.Size,
            Mode = ModeOf(status),
            Mtime = GoTime.FormatUnixNanoseconds(status.ModifiedNanoseconds),
            LinkTarget = status.Kind == FileKind.SymbolicLink ? LinkTarget(root) : "",
        };
    }

    public static NotFoundException NotFound(string given, string container) =>
        new($"Could not find the file {given} in container {container}");

    /// <summary>Go's os.FileMode of a status.</summary>
    private static long ModeOf(FileStatus status)
    {
        long mode = status.Permissions & 0x1FF;
        mode |= (status.Permissions & 0x800) != 0 ? GoFileMode.SetUserId : 0;
        mode |= (status.Permissions & 0x400) != 0 ? GoFileMode.SetGroupId : 0;
        mode |= (status.Permissions & 0x200) != 0 ? GoFileMode.Sticky : 0;
        return mode | status.Kind switch
        {
            FileKind.Directory => GoFileMode.Directory,
            FileKind.SymbolicLink => GoFileMode.SymbolicLink,
            FileKind.BlockDevice => GoFileMode.Device,
            FileKind.CharacterDevice => GoFileMode.Device | GoFileMode.CharacterDevice,
            FileKind.Fifo => GoFileMode.NamedPipe,
            FileKind.Socket => GoFileMode.Socket,
            _ => 0,
        };
    }

    /// <summary>Where the link leads as a path of the container, all of it resolved as far as it is there.</summary>
    private string LinkTarget(RootedDirectory root)
    {
        var target = System.Text.Encoding.UTF8.GetString(root.ReadLink(Whole));
        var seen = 0;
        var path = ContainerPath.Clean(target.StartsWith('/') ? target : $"{Directory}/{target}");
        while (root.TryStat(path) is { Kind: FileKind.SymbolicLink } && seen++ < 40)
        {
            target = System.Text.Encoding.UTF8.GetString(root.ReadLink(path));
            path = ContainerPath.Clean(target.StartsWith('/') ? target : $"{Path.GetDirectoryName(path)}/{target}");
        }

        return path;
    }
}
