using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>Does something with every service: after those it depends on, beside all others.</summary>
public static class DependencyOrder
{
    /// <param name="reverse">A service comes after those that depend on it.</param>
    public static async Task RunAsync(IReadOnlyDictionary<string, ComposeService> services, bool reverse, Func<ComposeService, Task> work)
    {
        var before = services.Keys.ToDictionary(name => name, name => new List<string>(), StringComparer.Ordinal);
        foreach (var service in services.Values)
        {
            foreach (var dependency in service.DependsOn.Keys.Where(services.ContainsKey))
            {
                (reverse ? before[dependency] : before[service.Name]).Add(reverse ? service.Name : dependency);
            }
        }

        var tasks = new Dictionary<string, Task>(StringComparer.Ordinal);
        await Task.WhenAll(services.Keys.Select(TaskOf)).ConfigureAwait(false);

        Task TaskOf(string name)
        {
            if (!tasks.TryGetValue(name, out var task))
            {
                // The files were checked: there is no cycle.
                var others = before[name].Select(TaskOf).ToArray();
                tasks[name] = task = AfterAsync(others, services[name], work);
            }

            return task;
        }
    }

    private static async Task AfterAsync(Task[] others, ComposeService service, Func<ComposeService, Task> work)
    {
        await Task.WhenAll(others).ConfigureAwait(false);
        await work(service).ConfigureAwait(false);
    }
}
