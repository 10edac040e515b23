using System.Security.Cryptography;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Sources;

/// <summary>Files to copy from: a build's context, or the filesystem of a stage or image. Paths never lead out of it.</summary>
public abstract class SourceTree : IDisposable
{
    private const int MostLinks = 255;

    /// <summary>An entry that is there; a link is not followed.</summary>
    public abstract SourceEntry? Find(string path);

    /// <summary>What is in a directory, by name.</summary>
    public abstract IEnumerable<SourceEntry> List(string directory);

    /// <summary>What is no directory in one and in those below it.</summary>
    public IEnumerable<SourceEntry> FilesBelow(string directory) => List(directory).SelectMany(entry => entry.Kind == FileKind.Directory ? FilesBelow(entry.Path) : [entry]);

    /// <summary>Opens a file to be read.</summary>
    public abstract SourceFile OpenFile(SourceEntry file);

    /// <summary>The sha256 of a file's bytes.</summary>
    public virtual byte[] HashOf(SourceEntry file)
    {
        using var stream = OpenFile(file).OpenStream();
        return SHA256.HashData(stream);
    }

    public abstract IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry);

    /// <summary>Where a path leads with every symbolic link followed, as inside a root of its own; null where nothing is.</summary>
    public SourceEntry? Resolve(string path)
    {
        var done = new List<string>();
        var left = new Stack<string>(Parts(path).Reverse());
        var links = 0;
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                done.RemoveRange(Math.Max(done.Count - 1, 0), Math.Min(done.Count, 1));
                continue;
            }

            if (Find(Join(done, part)) is not { } entry)
            {
                return null;
            }

            if (entry.Kind != FileKind.SymbolicLink)
            {
                done.Add(part);
                continue;
            }

            if (++links > MostLinks)
            {
                throw new InvalidArgumentException($"cannot follow {path}: too many levels of symbolic links");
            }

            if (entry.Link!.StartsWith('/'))
            {
                done.Clear();
            }

            foreach (var step in Parts(entry.Link).Reverse())
            {
                left.Push(step);
            }
        }

        return Find(string.Join('/', done));
    }

    /// <summary>The parts of a path that are more than nothing and <c>.</c>.</summary>
    public static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part is not ("" or "."));

    /// <summary>A path of those parts alone. Most are that, and none is made then.</summary>
    public static string Clean(string path)
    {
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(part) is "" or ".")
            {
                return string.Join('/', Parts(path));
            }
        }

        return path;
    }

    /// <summary>Whether a part of a path leads upwards.</summary>
    public static bool LeadsUp(string path) => path.Contains("..", StringComparison.Ordinal) && Parts(path).Contains("..");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private static string Join(List<string> parts, string last) => parts.Count == 0 ? last : $"{string.Join('/', parts)}/{last}";
}
