using System.Security.Cryptography;
using System.Text;

namespace Gantry.Build.Store;

public sealed partial class BuildStore
{
    private readonly Images.Content.KeyedLocks<string> mounting = new();
    private readonly HashSet<string> mountsInUse = new(StringComparer.Ordinal);

    /// <summary>Gives the directory of a cache mount, held until the result is disposed.</summary>
    /// <param name="sharing"><c>shared</c>: several use it at once. <c>locked</c>: one after the other. <c>private</c>: another one where it is in use.</param>
    public async Task<(CacheDirectory Directory, IDisposable Hold)> OpenCacheMountAsync(string id, string sharing, CancellationToken cancellationToken)
    {
        var name = MountName(id);
        if (sharing == "locked")
        {
            var held = await mounting.AcquireAsync(name, cancellationToken).ConfigureAwait(false);
            return (Use(name, out _), held);
        }

        if (sharing == "private")
        {
            for (var number = 0; ; number++)
            {
                var own = number == 0 ? name : $"{name}-{number}";
                var directory = Use(own, out var isFirst);
                if (isFirst)
                {
                    return (directory, new Release(() => Free(own)));
                }
            }
        }

        return (Use(name, out _), new Release(() => Free(name)));
    }

    /// <summary>The directory of a cache mount, of which there are more where builds wanted private ones.</summary>
    public string MountPath(string id) => Path.Combine(Mounts, MountName(id));

    private static string MountName(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

    private CacheDirectory Use(string name, out bool isFirst)
    {
        lock (mountsInUse)
        {
            isFirst = mountsInUse.Add(name);
            var path = Path.Combine(Mounts, name);
            var isNew = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            return new(path, isNew);
        }
    }

    private void Free(string name)
    {
        lock (mountsInUse)
        {
            mountsInUse.Remove(name);
        }
    }

    private sealed class Release(Action action) : IDisposable
    {
        private Action? action = action;

        public void Dispose() => Interlocked.Exchange(ref action, null)?.Invoke();
    }
}

/// <param name="IsNew">Nobody used it before: it is empty.</param>
public sealed record CacheDirectory(string Path, bool IsNew);
