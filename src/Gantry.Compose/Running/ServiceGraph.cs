using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Which services depend on which, from the files of a project or else from the labels of its containers.</summary>
public sealed class ServiceGraph
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, DependsOn>> _dependencies;

    private ServiceGraph(Dictionary<string, IReadOnlyDictionary<string, DependsOn>> dependencies) => _dependencies = dependencies;

    public IReadOnlyCollection<string> Services => _dependencies.Keys;

    public static ServiceGraph Of(ComposeProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return new(project.AllServices.ToDictionary(service => service.Name, service => service.DependsOn, StringComparer.Ordinal));
    }

    /// <summary>Which images are built before which: a service's also after those it names as contexts.</summary>
    public static ServiceGraph OfBuilds(ComposeProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return new(project.AllServices.ToDictionary(service => service.Name, Needed, StringComparer.Ordinal));

        IReadOnlyDictionary<string, DependsOn> Needed(ComposeService service)
        {
            var needed = service.DependsOn.ToDictionary();
            foreach (var below in service.Build?.BaseServices ?? []) needed[below] = new DependsOn { Condition = "service_started" };

            return needed;
        }
    }

    public static ServiceGraph Of(IEnumerable<ComposeContainer> containers)
    {
        ArgumentNullException.ThrowIfNull(containers);
        var dependencies = new Dictionary<string, IReadOnlyDictionary<string, DependsOn>>(StringComparer.Ordinal);
        foreach (var container in containers) dependencies[container.Service] = ParseLabel(container.Labels.GetValueOrDefault(ComposeLabels.DependsOn, ""));
        return new(dependencies);
    }

    public IReadOnlyDictionary<string, DependsOn> DependenciesOf(string service) => _dependencies.GetValueOrDefault(service) ?? Empty.Map<DependsOn>();

    /// <summary>These and all that are restarted when one of these is.</summary>
    public IReadOnlySet<string> WithRestarted(IEnumerable<string> services)
    {
        var found = new HashSet<string>(services, StringComparer.Ordinal);
        int before;
        do
        {
            before = found.Count;
            found.UnionWith(Services.Where(service => DependenciesOf(service).Any(dependency => dependency.Value.Restart && found.Contains(dependency.Key))).ToList());
        }
        while (found.Count > before);
        return found;
    }

    /// <summary>These and all that they depend on.</summary>
    public IReadOnlySet<string> WithDependencies(IEnumerable<string> services)
    {
        var found = new HashSet<string>(services, StringComparer.Ordinal);
        found.UnionWith(found.SelectMany(Reached).ToList());
        return found;
    }

    /// <summary>Does something for each of the services, for those they depend on first, at once where nothing depends on another.</summary>
    /// <param name="isReversed">For what depends on a service before the service itself.</param>
    public async Task VisitAsync(IReadOnlySet<string> services, bool isReversed, Func<string, Task> visit)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(visit);
        var before = services.ToDictionary(service => service, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var service in services)
        {
            foreach (var other in Reached(service).Where(before.ContainsKey))
            {
                if (isReversed) before[other].Add(service);
                else before[service].Add(other);
            }
        }

        var tasks = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (var service in services) _ = Begin(service);
        await Task.WhenAll(tasks.Values).ConfigureAwait(false);

        Task Begin(string service)
        {
            if (tasks.TryGetValue(service, out var known)) return known;
            // A cycle of labels must not hang: what is on the way already is not waited for.
            tasks[service] = Task.CompletedTask;
            return tasks[service] = AfterAsync([.. before[service].Select(Begin)], service);
        }

        async Task AfterAsync(Task[] first, string service)
        {
            await Task.WhenAll(first).ConfigureAwait(false);
            await visit(service).ConfigureAwait(false);
        }
    }

    /// <summary>All it depends on, also through services that are not visited.</summary>
    private HashSet<string> Reached(string service)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([service]);
        while (open.TryPop(out var next))
        {
            foreach (var dependency in DependenciesOf(next).Keys)
            {
                if (dependency != service && reached.Add(dependency)) open.Push(dependency);
            }
        }

        return reached;
    }

    private static Dictionary<string, DependsOn> ParseLabel(string label)
    {
        var dependencies = new Dictionary<string, DependsOn>(StringComparer.Ordinal);
        foreach (var (service, condition, restarts) in ComposeDependency.Parse(label))
        {
            dependencies[service] = new DependsOn { Condition = condition, Restart = restarts };
        }

        return dependencies;
    }
}
