using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Events;
using Gantry.Engine.Networks;
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
    private readonly bool isTask;
    private readonly (int First, int Last, string Protocol)[] published;
    private readonly (int First, int Last, string Protocol)[] exposed;
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

        isTask = filters.Flag("is-task") == true;
        published = [.. filters["publish"].Select(PortRange)];
        exposed = [.. filters["expose"].Select(PortRange)];
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
            && !isTask
            && MatchesPort(record)
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

    /// <summary>Of the ports that <c>ps</c> shows, one that is published as wanted or exposed as wanted.</summary>
    private bool MatchesPort(ContainerRecord record) => (published.Length == 0 && exposed.Length == 0)
        || PortPlan.Listed(record).Any(port => IsIn(published, port.PublicPort, port.Type) || IsIn(exposed, port.PrivatePort, port.Type));

    private static bool IsIn((int First, int Last, string Protocol)[] ranges, int number, string protocol) =>
        number > 0 && ranges.Any(range => range.Protocol == protocol && number >= range.First && number <= range.Last);

    private static (int First, int Last, string Protocol) PortRange(string wanted)
    {
        var (range, protocol) = wanted.Split('/', 2) is [var left, var right] ? (left, right) : (wanted, "tcp");
        var bounds = range.Split('-', 2);
        return int.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(bounds[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last >= first
                ? (first, last, protocol)
                : throw new InvalidArgumentException($"invalid port or range of ports \"{wanted}\": 80, 80/udp or 80-90/tcp is needed");
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
