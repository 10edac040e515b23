using Gantry.Build.Sources.Git;
using Gantry.Build.Store;
using Gantry.Engine.Backends;
using Gantry.Engine.Prune;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Building;

internal sealed partial class BuildService
{
    private const string RepositoryKind = "source.git.checkout";

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
            .. environment.Git.List().Select(repository => new BuildCache
            {
                ID = repository.Id,
                Type = RepositoryKind,
                Description = Describe(repository),
                Size = repository.Size,
                CreatedAt = GoTime.Format(repository.Created),
                LastUsedAt = GoTime.Format(repository.Used),
                UsageCount = repository.Uses,
            }),
        ];
    }

    /// <summary>Bytes of disk that only builds need.</summary>
    public long MeasureCache()
    {
        var (spaces, adopted) = (environment.Store.DiskSpaces(), environment.Store.Adopted());
        return spaces.Where(layer => !adopted.Contains(layer.Key)).Sum(layer => layer.Value) + environment.Git.List().Sum(repository => repository.Size);
    }

    public Task<BuildCachePruneResponse> PruneAsync(BuildPruneOptions options, CancellationToken cancellationToken)
    {
        options.Filters.RequireKnown("until", "id", "type", "description", "shared", "private", "label", "label!");
        var until = UntilFilter.Read(options.Filters, parts.Time.GetUtcNow());
        var store = environment.Store;
        var (spaces, adopted) = (store.DiskSpaces(), store.Adopted());
        var repositories = environment.Git.List();
        var left = spaces.Values.Sum() + repositories.Sum(repository => repository.Size);
        var doomed = new List<CacheRecord>();
        foreach (var record in store.List())
        {
            if (options.Keep > 0 && left <= options.Keep)
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
        foreach (var repository in repositories)
        {
            if ((options.Keep > 0 && left <= options.Keep) || (until is { } limit && repository.Used > limit)
                || !Matches(options.Filters, repository.Id, RepositoryKind, Describe(repository), isShared: false))
            {
                continue;
            }

            if (environment.Git.Remove(repository.Id) is > 0 and var bytes)
            {
                freed += bytes;
                left -= bytes;
                deleted.Add(repository.Id);
            }
        }

        if (options.All && until is null)
        {
            freed += contexts.Prune();
        }

        freed += images.CollectGarbage();
        parts.Bus.Publish("builder", "prune", "", new() { ["reclaimed"] = freed.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return Task.FromResult(new BuildCachePruneResponse { CachesDeleted = deleted.Count > 0 ? [.. deleted] : null, SpaceReclaimed = freed });
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
        foreach (var repository in environment.Git.List().TakeWhile(_ => freed < wanted))
        {
            freed += environment.Git.Remove(repository.Id);
        }

        return freed;
    }

    private static string Describe(GitRecord repository) => "git repository " + repository.Remote;

    private static bool Matches(Filters filters, string id, string kind, string description, bool isShared) =>
        filters["id"].All(value => id.StartsWith(value, StringComparison.Ordinal))
        && filters["type"].All(value => kind == value)
        && filters["description"].All(value => description.Contains(value, StringComparison.Ordinal))
        // system prune hands its filters on: what builds leave has no labels, so one that asks for a label is for something else.
        && !filters.Contains("label") && !filters.Contains("label!")
        && (filters.Flag("shared") is not { } shared || shared == isShared)
        && (filters.Flag("private") is not { } isPrivate || isPrivate != isShared);
}
