using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gantry.Images.Content;
using Gantry.Linux.Files;

namespace Gantry.Build.Store;

public sealed partial class BuildStore
{
    private const string GonePrefix = ".gone-";
    private readonly KeyedLocks<string> mounting = new();
    private readonly Dictionary<string, int> mountsInUse = new(StringComparer.Ordinal);

    /// <summary>Gives the directory of a cache mount, held until the result is disposed.</summary>
    /// <param name="sharing"><c>shared</c>: several use it at once. <c>locked</c>: one after the other. <c>private</c>: another one where it is in use.</param>
    public async Task<(CacheDirectory Directory, IDisposable Hold)> OpenCacheMountAsync(string id, string sharing, CancellationToken cancellationToken)
    {
        var name = MountName(id);
        if (sharing == "locked")
        {
            var held = await mounting.AcquireAsync(name, cancellationToken).ConfigureAwait(false);
            return (Use(id, name), new Release(() =>
            {
                Free(name);
                held.Dispose();
            }));
        }

        for (var number = 0; ; number++)
        {
            var own = number == 0 ? name : $"{name}-{number.ToString(CultureInfo.InvariantCulture)}";
            lock (mountsInUse)
            {
                if (sharing != "private" || !mountsInUse.ContainsKey(own))
                {
                    return (Use(id, own), new Release(() => Free(own)));
                }
            }
        }
    }

    /// <summary>The directory of a cache mount, of which there are more where builds wanted private ones.</summary>
    public string MountPath(string id) => Path.Combine(Mounts, MountName(id));

    /// <summary>All cache mounts, the least recently used first.</summary>
    public IReadOnlyList<CacheMountRecord> ListMounts() =>
    [
        .. database.Read(r => r.Query("SELECT name, id, created, used, uses FROM build_mounts ORDER BY used", row => new CacheMountRecord(
                row.GetString(0), row.GetString(1), 0, new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero), new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero), row.GetInt64(4))))
            .Select(record => record with { Size = DiskSpace.Of(Path.Combine(Mounts, record.Name)) }),
    ];

    /// <summary>Removes a cache mount that no step uses now.</summary>
    /// <returns>Bytes of disk freed.</returns>
    public long RemoveMount(string name)
    {
        var gone = Path.Combine(Mounts, GonePrefix + Guid.NewGuid().ToString("N"));
        lock (mountsInUse)
        {
            if (mountsInUse.ContainsKey(name) || !Directory.Exists(Path.Combine(Mounts, name)))
            {
                return 0;
            }

            Directory.Move(Path.Combine(Mounts, name), gone);
            database.Write(r => r.Execute("DELETE FROM build_mounts WHERE name=$1", name));
        }

        var space = DiskSpace.Of(gone);
        TreePlace.Remove(gone);
        return space;
    }

    private static string MountName(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

    private CacheDirectory Use(string id, string name)
    {
        lock (mountsInUse)
        {
            mountsInUse[name] = mountsInUse.GetValueOrDefault(name) + 1;
            var path = Path.Combine(Mounts, name);
            var isNew = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            database.Write(r => r.Execute(
                "INSERT INTO build_mounts VALUES($1,$2,$3,$3,1) ON CONFLICT(name) DO UPDATE SET used=excluded.used, uses=uses+1", name, id, time.GetUtcNow().UtcTicks));
            return new(path, isNew);
        }
    }

    private void Free(string name)
    {
        lock (mountsInUse)
        {
            if (--mountsInUse[name] == 0)
            {
                mountsInUse.Remove(name);
            }
        }
    }

    /// <summary>Removes what was being removed when the daemon ended, and directories of no record.</summary>
    private void RecoverMounts()
    {
        var known = database.Read(r => r.Query("SELECT name FROM build_mounts", row => row.GetString(0))).ToHashSet(StringComparer.Ordinal);
        foreach (var directory in Directory.EnumerateDirectories(Mounts).Where(path => !known.Contains(Path.GetFileName(path))))
        {
            TreePlace.Remove(directory);
        }

        foreach (var name in known.Where(name => !Directory.Exists(Path.Combine(Mounts, name))))
        {
            database.Write(r => r.Execute("DELETE FROM build_mounts WHERE name=$1", name));
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

/// <summary>A cache mount between builds.</summary>
/// <param name="Name">Of its directory.</param>
/// <param name="Id">As its steps call it.</param>
/// <param name="Size">Bytes of disk.</param>
public sealed record CacheMountRecord(string Name, string Id, long Size, DateTimeOffset Created, DateTimeOffset Used, long Uses);
