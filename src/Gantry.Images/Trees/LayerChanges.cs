using System.Text;
using Gantry.Images.Snapshots;
using Gantry.Linux.Files;
using Gantry.Spec.Engine;

namespace Gantry.Images.Trees;

/// <summary>What a container changed of its image: its upper layer, held against those beneath, in Docker's notation.</summary>
public sealed class LayerChanges : IDisposable
{
    private const int Modified = 0;
    private const int Added = 1;
    private const int Deleted = 2;
    private readonly RootedDirectory upper;
    private readonly List<RootedDirectory> lowers;
    private readonly Dictionary<string, int> changes = new(StringComparer.Ordinal);

    public LayerChanges(Snapshot snapshot)
    {
        upper = RootedDirectory.Open(snapshot.UpperDirectory);
        lowers = [.. snapshot.LowerDirectories.Select(path => RootedDirectory.Open(path))];
    }

    public IReadOnlyList<FilesystemChange> List()
    {
        Walk(upper, "", isOpaque: false);
        return [.. changes.OrderBy(change => change.Key, StringComparer.Ordinal).Select(change => new FilesystemChange { Path = change.Key, Kind = change.Value })];
    }

    /// <summary>Whether a directory of the upper layer is only on the way to what Gantry mounts.</summary>
    public bool IsIncidental(RootedDirectory directory, string path) =>
        Beneath(path) is { Kind: FileKind.Directory } && OverlayMarks.HasOnlyOwn(directory, path);

    public void Dispose()
    {
        upper.Dispose();
        lowers.ForEach(lower => lower.Dispose());
    }

    private void Walk(RootedDirectory directory, string path, bool isOpaque)
    {
        foreach (var entry in directory.List())
        {
            var below = $"{path}/{Encoding.UTF8.GetString(entry.Name.Span)}";
            if (directory.TryStat(entry.Name.Span) is not { } status || OverlayMarks.IsOwn(below, status))
            {
                continue;
            }

            if (status.Kind != FileKind.Directory)
            {
                Note(below, OverlayMarks.IsWhiteout(status) ? Deleted : !isOpaque && Beneath(below) is not null ? Modified : Added);
                continue;
            }

            using var child = directory.TryOpenDirectory(entry.Name.Span, followLast: false);
            if (child is null || IsIncidental(child, below))
            {
                continue;
            }

            NoteDirectory(below, status, isOpaque ? null : Beneath(below));
            Walk(child, below, isOpaque || OverlayMarks.IsOpaque(child));
        }
    }

    /// <summary>A directory that is only on the way to a change has size, mode and time of the one beneath.</summary>
    private void NoteDirectory(string path, FileStatus status, FileStatus? beneath)
    {
        if (beneath is not { Kind: FileKind.Directory } before)
        {
            Note(path, beneath is null ? Added : Modified);
        }
        else if (before.Permissions != status.Permissions || before.ModifiedNanoseconds != status.ModifiedNanoseconds || before.Uid != status.Uid || before.Gid != status.Gid)
        {
            Note(path, Modified);
        }
    }

    private void Note(string path, int kind)
    {
        changes[path] = kind;
        var parent = path[..path.LastIndexOf('/')];
        if (kind != Modified && parent.Length > 0)
        {
            // What comes or goes changes its directory.
            changes.TryAdd(parent, Modified);
        }
    }

    private FileStatus? Beneath(string path)
    {
        foreach (var lower in lowers)
        {
            if (lower.TryStat(path) is { } status)
            {
                return OverlayMarks.IsWhiteout(status) ? null : status;
            }
        }

        return null;
    }
}
