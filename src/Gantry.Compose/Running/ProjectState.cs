using System.Collections.Concurrent;

namespace Gantry.Compose.Running;

/// <summary>The containers of a project while it is changed; several threads look and change.</summary>
internal sealed class ProjectState
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<ComposeContainer>> services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> renewed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> displaced = new(StringComparer.Ordinal);

    public ProjectState(IReadOnlyList<ComposeContainer> containers)
    {
        foreach (var group in containers.GroupBy(container => container.Service))
        {
            services[group.Key] = [.. group];
        }
    }

    public IReadOnlyList<ComposeContainer> Of(string service) => services.GetValueOrDefault(service) ?? [];

    public IEnumerable<string> Services => services.Keys;

    public void Set(string service, IReadOnlyList<ComposeContainer> containers) => services[service] = containers;

    /// <summary>Notes that a service has other containers now.</summary>
    public void Renew(string service) => renewed[service] = true;

    /// <summary>Notes that a network of a service is, or would be, another one now.</summary>
    public void Displace(string service) => displaced[service] = true;

    public bool IsDisplaced(string service) => displaced.ContainsKey(service);

    public bool IsRenewed(string service) => renewed.ContainsKey(service);

    /// <summary>The id of the first container of each service.</summary>
    public Dictionary<string, string> Peers() => services.Where(item => item.Value.Count > 0).ToDictionary(item => item.Key, item => item.Value[0].Id, StringComparer.Ordinal);

    public ILookup<string, string> Names() => services.SelectMany(item => item.Value).ToLookup(container => container.Service, container => container.Name, StringComparer.Ordinal);
}
