using Gantry.Build.Store;
using Gantry.Engine.Backends;
using Gantry.Engine.Prune;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Building;

internal sealed partial class BuildService
{
    private const string RepositoryKind = "source.git.checkout";
    private const string DownloadKind = "source.http";
    private const string MountKind = "exec.cachemount";

    /// <summary>What builds left, each step's with the bytes of disk that it alone takes.</summary>
    public IReadOnlyList<BuildCache> DescribeCache()
    {
        var store = environment.Store;
        var (spaces, adopted) = (store.DiskSpaces(), store.Adopted());
        return
        [
            .. store.List().Select(record => new BuildCache
            {
                ID = record.Id,
                Type = record.Kind,
                Description = record.Description,
                Shared = record.Layer is { } shared && adopted.Contains(shared),
                Size = record.Layer is { } layer ? spaces.GetValueOrDefault(layer) : 0,
                CreatedAt = GoTime.Format(record.Created),
                LastUsedAt = GoTime.Format(record.Used),
                UsageCount = record.Uses,
            }),
            .. Directories().Select(directory => new BuildCache
            {
                ID = directory.Id,
                Type = directory.Kind,
                Description = directory.Description,
                Size = directory.Size,
                CreatedAt = GoTime.Format(directory.Created),
                LastUsedAt = GoTime.Format(directory.Used),
                UsageCount = directory.Uses,
            }),
        ];
    }

    /// <summary>Bytes of disk that only builds need.</summary>
    public long MeasureCache()
    {
        var (spaces, adopted) = (environment.Store.DiskSpaces(), environment.Store.Adopted());
        return spaces.Where(layer => !adopted.Contains(layer.Key)).Sum(layer => layer.Value) + Directories().Sum(directory => directory.Size);
    }

    public Task<BuildCachePruneResponse> PruneAsync(BuildPruneOptions options, CancellationToken cancellationToken)
    {
        var pruned = Prune(options);
        TellPruned(pruned.SpaceReclaimed);
        return Task.FromResult(pruned);
    }

    private void TellPruned(long freed) =>
        parts.Bus.Publish("builder", "prune", "", new() { ["reclaimed"] = freed.ToString(System.Globalization.CultureInfo.InvariantCulture) });

    private BuildCachePruneResponse Prune(BuildPruneOptions options)
    {
        options.Filters.RequireKnown("until", "id", "type", "description", "shared", "private", "label", "label!");
        var until = UntilFilter.Read(options.Filters, parts.Time.GetUtcNow());
        var store = environment.Store;
        var (spaces, adopted) = (store.DiskSpaces(), store.Adopted());
        var directories = Directories();
        var left = spaces.Values.Sum() + directories.Sum(directory => directory.Size);
        var keep = options.Free == 0 ? options.Keep : Math.Max(options.Keep, left - Math.Max(0, options.Free - new DriveInfo(store.Root).AvailableFreeSpace));
        var isBounded = options.Keep > 0 || options.Free > 0;
        var doomed = new List<CacheRecord>();
        foreach (var record in store.List())
        {
            if (isBounded && left <= keep)
            {
                break;
            }

            var isShared = record.Layer is { } layer && adopted.Contains(layer);
            if ((until is { } limit && record.Used > limit) || (isShared && !options.All) || !Matches(options.Filters, record.Id, record.Kind, record.Description, isShared))
            {
                continue;
            }

            doomed.Add(record);
            left -= record.Layer is { } own ? spaces.GetValueOrDefault(own) : 0;
        }

        var freed = store.Remove([.. doomed.Select(record => record.Key)]);
        var deleted = doomed.Select(record => record.Id).ToList();
        foreach (var directory in directories)
        {
            if ((isBounded && left <= keep) || (until is { } limit && directory.Used > limit)
                || !Matches(options.Filters, directory.Id, directory.Kind, directory.Description, isShared: false))
            {
                continue;
            }

            if (directory.Remove() is > 0 and var bytes)
            {
                freed += bytes;
                left -= bytes;
                deleted.Add(directory.Id);
            }
        }

        if (options.All && until is null)
        {
            freed += contexts.Prune();
        }

        freed += images.CollectGarbage();
        return new BuildCachePruneResponse { CachesDeleted = deleted.Count > 0 ? [.. deleted] : null, SpaceReclaimed = freed };
    }

    /// <summary>Removes what was used least recently, until so many bytes are freed.</summary>
    public long Shrink(long wanted)
    {
        var store = environment.Store;
        var (spaces, adopted) = (store.DiskSpaces(), store.Adopted());
        long expected = 0;
        var doomed = new List<string>();
        foreach (var record in store.List().TakeWhile(_ => expected < wanted))
        {
            doomed.Add(record.Key);
            expected += record.Layer is { } layer && !adopted.Contains(layer) ? spaces.GetValueOrDefault(layer) : 0;
        }

        var freed = doomed.Count == 0 ? 0 : store.Remove(doomed) + images.CollectGarbage();
        foreach (var directory in Directories().TakeWhile(_ => freed < wanted))
        {
            freed += directory.Remove();
        }

        return freed;
    }

    /// <summary>What is kept beside the layers of steps, the least recently used first.</summary>
    private IReadOnlyList<KeptDirectory> Directories() =>
    [
        .. environment.Git.List().Select(repository => new KeptDirectory(
                repository.Id, RepositoryKind, "git repository " + repository.Address, repository.Size, repository.Created, repository.Used, repository.Uses, () => environment.Git.Remove(repository.Id)))
            .Concat(environment.Downloads.List().Select(download => new KeptDirectory(
                download.Id, DownloadKind, "download " + download.Address, download.Size, download.Created, download.Used, download.Uses, () => environment.Downloads.Remove(download.Id))))
            .Concat(environment.Store.ListMounts().Select(mount => new KeptDirectory(
                mount.Name, MountKind, "cached mount " + mount.Id, mount.Size, mount.Created, mount.Used, mount.Uses, () => environment.Store.RemoveMount(mount.Name))))
            .OrderBy(directory => directory.Used),
    ];

    /// <param name="Remove">Removes it, unless it is in use, and tells the bytes of disk that this freed.</param>
    private sealed record KeptDirectory(string Id, string Kind, string Description, long Size, DateTimeOffset Created, DateTimeOffset Used, long Uses, Func<long> Remove);

    private static bool Matches(Filters filters, string id, string kind, string description, bool isShared) =>
        filters["id"].All(value => id.StartsWith(value, StringComparison.Ordinal))
        && filters["type"].All(value => kind == value)
        && filters["description"].All(value => description.Contains(value, StringComparison.Ordinal))
        // system prune hands its filters on: what builds leave has no labels, so one that asks for a label is for something else.
        && !filters.Contains("label") && !filters.Contains("label!")
        && (filters.Flag("shared") is not { } shared || shared == isShared)
        && (filters.Flag("private") is not { } isPrivate || isPrivate != isShared);
}
