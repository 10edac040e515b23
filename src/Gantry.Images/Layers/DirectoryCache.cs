using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Images.Layers;

/// <summary>Open directories of a layer: most entries lie where the one before lay.</summary>
internal sealed class DirectoryCache(RootedDirectory root) : IDisposable
{
    private const int Limit = 128;
    private readonly Dictionary<string, RootedDirectory> open = new(StringComparer.Ordinal);
    private byte[] lastPath = [];
    private RootedDirectory? last;

    /// <summary>The directory, owned by the cache and valid until it is full and begins again; null when there is none of that path.</summary>
    public RootedDirectory? TryOpen(byte[] path)
    {
        if (path.Length == 0)
        {
            return root;
        }

        if (last is not null && lastPath.AsSpan().SequenceEqual(path))
        {
            return last;
        }

        var key = Encoding.Latin1.GetString(path);
        if (!open.TryGetValue(key, out var directory))
        {
            directory = root.TryOpenDirectory(path.AsSpan());
            if (directory is null)
            {
                return null;
            }

            if (open.Count >= Limit)
            {
                Clear(except: null);
            }

            open.Add(key, directory);
        }

        (lastPath, last) = (path, directory);
        return directory;
    }

    /// <summary>Forgets everything, because a path may lead elsewhere now.</summary>
    public void Clear(RootedDirectory? except)
    {
        var kept = open.FirstOrDefault(e => e.Value == except);
        foreach (var directory in open.Values)
        {
            if (directory != except)
            {
                directory.Dispose();
            }
        }

        open.Clear();
        last = null;
        if (kept.Value is not null)
        {
            open.Add(kept.Key, kept.Value);
        }
    }

    public void Dispose() => Clear(except: null);
}
