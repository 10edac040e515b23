using Gantry.Compose.Model;
using Gantry.Compose.Running;
using Gantry.Spec;

namespace Gantry.Compose.Watching;

/// <summary>Carries changes of files into the containers of a project, as <c>develop.watch</c> of its services says.</summary>
/// <param name="rebuild">Builds services anew and replaces their containers.</param>
/// <param name="tell">Told of what is done.</param>
/// <param name="warn">Told of what could not be done.</param>
public sealed class ProjectWatch(ComposeEngine engine, ComposeProject project, IComposeProgress progress, Func<IReadOnlyList<string>, CancellationToken, Task> rebuild, Action<string> tell, Action<string> warn)
{
    private readonly List<WatchedPath> rules = [.. RulesOf(project, warn)];
    private readonly FileSync sync = new(engine.Client);
    private readonly ContainerActions actions = new(engine.Client, progress);

    /// <summary>Services that are watched.</summary>
    public IReadOnlySet<string> Services => rules.Select(rule => rule.Service).ToHashSet(StringComparer.Ordinal);

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var files = new FileWatch(rules.Select(rule => rule.Root));
        tell("Watch enabled");
        await ApplyAsync(rules.Where(rule => rule.SyncsAtFirst).Select(rule => (rule, rule.Root)), cancellationToken).ConfigureAwait(false);
        await foreach (var changed in files.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await ApplyAsync(rules.SelectMany(rule => changed.SelectMany(path => Meant(rule, path)).Select(path => (rule, path))), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is above a rule's path stands for all of it.</summary>
    private static IEnumerable<string> Meant(WatchedPath rule, string path) =>
        rule.Concerns(path) ? [path] : rule.Root.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal) ? [rule.Root] : [];

    private static IEnumerable<WatchedPath> RulesOf(ComposeProject project, Action<string> warn)
    {
        var found = project.Services.Values.SelectMany(service => service.Develop?.Watch.Select(rule => (service, rule)) ?? []).ToList();
        if (found.Count == 0)
        {
            throw new ComposeException("none of the selected services is configured for watch, consider setting an 'develop' section");
        }

        foreach (var (service, rule) in found)
        {
            var watched = new WatchedPath(service, rule);
            if (watched.Syncs && service.Volumes.Any(mount => mount is { Type: "bind", Source: { } source } && (rule.Path == source || rule.Path.StartsWith(source.TrimEnd('/') + "/", StringComparison.Ordinal))))
            {
                warn($"path '{rule.Path}' also declared by a bind mount volume, this path won't be monitored!");
                continue;
            }

            yield return watched;
        }
    }

    private async Task ApplyAsync(IEnumerable<(WatchedPath Rule, string Path)> changes, CancellationToken cancellationToken)
    {
        var byService = changes.GroupBy(change => change.Rule.Service, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var rebuilt = byService.Where(item => item.Value.Exists(change => change.Rule.Action == WatchRule.Rebuild)).Select(item => item.Key).ToList();
        if (rebuilt.Count > 0)
        {
            await TryAsync(rebuilt, async () =>
            {
                foreach (var service in rebuilt) tell($"Rebuilding service \"{service}\" after changes were detected...");
                await rebuild(rebuilt, cancellationToken).ConfigureAwait(false);
                foreach (var service in rebuilt) tell($"service \"{service}\" successfully built");
            }).ConfigureAwait(false);
        }

        foreach (var (service, found) in byService.Where(item => !rebuilt.Contains(item.Key)))
        {
            await TryAsync([service], () => ApplyAsync(service, found, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task ApplyAsync(string service, List<(WatchedPath Rule, string Path)> changes, CancellationToken cancellationToken)
    {
        var containers = (await engine.ListAsync(all: false, services: [service], cancellationToken: cancellationToken).ConfigureAwait(false)).ToList();
        var synced = changes.Where(change => change.Rule.Syncs).ToList();
        if (synced.Count > 0)
        {
            tell($"Syncing \"{service}\" after changes were detected");
            await Task.WhenAll(containers.Select(container => sync.RunAsync(container, synced, cancellationToken))).ConfigureAwait(false);
        }

        if (changes.Exists(change => change.Rule.Action is WatchRule.Restart or WatchRule.SyncRestart))
        {
            await Task.WhenAll(containers.Select(container => actions.RestartAsync(container, null))).ConfigureAwait(false);
            tell($"service(s) [\"{service}\"] restarted");
        }

        foreach (var hook in changes.Where(change => change.Rule.Action == WatchRule.SyncExec).Select(change => change.Rule.Exec!).Distinct())
        {
            await Task.WhenAll(containers.Select(container => ContainerHooks.RunAsync(engine.Client, container, hook, cancellationToken, tell))).ConfigureAwait(false);
        }
    }

    /// <summary>What fails once may succeed after the next change.</summary>
    private async Task TryAsync(IReadOnlyList<string> services, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is GantryException or IOException or UnauthorizedAccessException)
        {
            warn($"changed files of {string.Join(", ", services)} were not applied: {e.Message}");
        }
    }
}
