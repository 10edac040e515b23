using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Events;
using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>The filters of <c>GET /containers/json</c>.</summary>
internal sealed class ContainerFilter
{
    private static readonly string[] Statuses = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];
    private readonly Filters filters;
    private readonly Func<string, IReadOnlySet<string>> descendants;
    private readonly Container? before;
    private readonly Container? since;
    private readonly int[] exitCodes;
    private readonly Dictionary<string, IReadOnlySet<string>> ancestors = new(StringComparer.Ordinal);

    /// <param name="filters">As asked for.</param>
    /// <param name="find">A container by name or id; throws where there is none.</param>
    /// <param name="descendants">The images that build on one.</param>
    public ContainerFilter(Filters filters, Func<string, Container> find, Func<string, IReadOnlySet<string>> descendants)
    {
        filters.RequireKnown(
            "ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since", "status",
            "volume");
        this.filters = filters;
        this.descendants = descendants;
        before = filters["before"].Count > 0 ? find(filters["before"][0]) : null;
        since = filters["since"].Count > 0 ? find(filters["since"][0]) : null;
        exitCodes = [.. filters["exited"].Select(text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)
                ? code
                : throw new InvalidArgumentException($"invalid filter 'exited={text}': not a number"))];
        if (filters["status"].FirstOrDefault(status => !Statuses.Contains(status)) is { } unknown)
        {
            throw new InvalidArgumentException($"invalid filter 'status={unknown}'");
        }

        if (filters["health"].FirstOrDefault(health => health is not ("none" or "starting" or "healthy" or "unhealthy")) is { } other)
        {
            throw new InvalidArgumentException($"invalid filter 'health={other}'");
        }

        foreach (var text in filters["is-task"])
        {
            if (text is not ("true" or "false" or "1" or "0"))
            {
                throw new InvalidArgumentException($"invalid filter 'is-task={text}'");
            }
        }
    }

    /// <summary>Also stopped ones, where the filters name them.</summary>
    public bool AsksForStopped => before is not null || since is not null || exitCodes.Length > 0 || filters.Contains("status");

    public bool Matches(Container container)
    {
        var record = container.Record;
        return Any("id", id => record.Id.StartsWith(id, StringComparison.Ordinal))
            && Any("name", name => MatchesName(record.Name, name))
            && Any("status", status => record.State.Status == status)
            && Any("health", health => (container.Health?.Status ?? "none") == health)
            && Any("network", network => record.Networks.Any(setting => setting.Name == network || (network.Length > 0 && setting.Asked.NetworkID == network)))
            && Any("volume", volume => record.Mounts.Any(mount => mount.Name == volume || mount.Destination == volume || mount.Source == volume))
            && Any("ancestor", image => MatchesAncestor(record, image))
            && Any("is-task", text => text is "false" or "0")
            && Any("expose", port => MatchesPort((record.Config.ExposedPorts ?? []).Keys, port))
            && Any("publish", port => MatchesPort((record.HostConfig.PortBindings ?? []).Keys, port))
            && (exitCodes.Length == 0 || (exitCodes.Contains(record.State.ExitCode) && record.State is { Running: false, StartedAt: not null }))
            && (before is null || record.Created < before.Record.Created)
            && (since is null || record.Created > since.Record.Created)
            && LabelFilter.Matches(filters["label"], record.Config.Labels);
    }

    private static bool MatchesName(string name, string wanted)
    {
        if (("/" + name).Contains(wanted, StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            return System.Text.RegularExpressions.Regex.IsMatch("/" + name, wanted) || System.Text.RegularExpressions.Regex.IsMatch(name, wanted);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary><c>80</c>, <c>80/tcp</c> or <c>80-90/tcp</c>.</summary>
    private static bool MatchesPort(IEnumerable<string> ports, string wanted)
    {
        var (range, protocol) = wanted.Split('/', 2) is [var left, var right] ? (left, right) : (wanted, "tcp");
        var bounds = range.Split('-', 2);
        return int.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(bounds[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && ports.Any(port =>
                port.Split('/') is [var number, ..] parts && (parts.Length == 1 ? "tcp" : parts[1]) == protocol
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= first && value <= last);
    }

    private bool MatchesAncestor(ContainerRecord record, string image)
    {
        if (!ancestors.TryGetValue(image, out var ids))
        {
            ancestors[image] = ids = descendants(image);
        }

        return ids.Contains(record.ImageId);
    }

    private bool Any(string key, Func<string, bool> matches) => !filters.Contains(key) || filters[key].Any(matches);
}
