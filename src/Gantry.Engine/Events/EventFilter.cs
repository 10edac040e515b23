using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Events;

/// <summary>The filters of <c>GET /events</c>.</summary>
internal sealed class EventFilter
{
    private readonly Filters filters;

    public EventFilter(Filters filters)
    {
        filters.RequireKnown(
            "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret", "service", "type", "volume");
        this.filters = filters;
    }

    public bool Matches(EventMessage message) =>
        MatchesAction(message.Action)
        && (!filters.Contains("type") || filters["type"].Contains(message.Type))
        && (!filters.Contains("scope") || filters["scope"].Contains(message.Scope ?? "local"))
        && MatchesActor(message, "container")
        && MatchesActor(message, "volume")
        && MatchesActor(message, "network")
        && MatchesActor(message, "plugin")
        && MatchesActor(message, "daemon")
        && MatchesActor(message, "service")
        && MatchesActor(message, "secret")
        && MatchesActor(message, "config")
        && MatchesActor(message, "node")
        && MatchesImage(message)
        && LabelFilter.Matches(filters["label"], message.Actor.Attributes);

    /// <summary><c>exec_start</c> matches <c>exec_start: sh</c>, and <c>health_status</c> any health.</summary>
    private bool MatchesAction(string action) =>
        !filters.Contains("event")
        || filters["event"].Any(wanted =>
            action == wanted || (action.StartsWith(wanted, StringComparison.Ordinal) && action.AsSpan(wanted.Length).StartsWith(":")));

    private bool MatchesActor(EventMessage message, string type)
    {
        if (!filters.Contains(type))
        {
            return true;
        }

        var name = message.Actor.Attributes?.GetValueOrDefault("name");
        return message.Type == type
            && filters[type].Any(wanted => message.Actor.ID.StartsWith(wanted, StringComparison.Ordinal) || name == wanted.TrimStart('/'));
    }

    private bool MatchesImage(EventMessage message)
    {
        if (!filters.Contains("image"))
        {
            return true;
        }

        var (id, name) = message.Type switch
        {
            "image" => (message.Actor.ID, message.Actor.Attributes?.GetValueOrDefault("name")),
            "container" => (message.Actor.Attributes?.GetValueOrDefault("image"), message.Actor.Attributes?.GetValueOrDefault("image")),
            _ => (null, null),
        };
        return filters["image"].Any(wanted => wanted == id || wanted == name || wanted == Untagged(id) || wanted == Untagged(name));
    }

    private static string? Untagged(string? reference)
    {
        var colon = reference?.LastIndexOf(':') ?? -1;
        return colon > (reference?.LastIndexOf('/') ?? 0) ? reference![..colon] : reference;
    }
}

/// <summary><c>label=name</c> and <c>label=name=value</c>; all must hold.</summary>
internal static class LabelFilter
{
    public static bool Matches(IReadOnlyList<string> wanted, IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var item in wanted)
        {
            if (!Has(item, labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The filters <c>label</c> and <c>label!</c> of pruning: what has all of the latter is spared.</summary>
    public static bool AllowsPruning(Filters filters, IReadOnlyDictionary<string, string>? labels) =>
        Matches(filters["label"], labels) && !(filters.Contains("label!") && Matches(filters["label!"], labels));

    private static bool Has(string item, IReadOnlyDictionary<string, string>? labels)
    {
        var (name, value) = item.Split('=', 2) is [var left, var right] ? (left, right) : (item, null);
        return labels is not null && labels.TryGetValue(name, out var found) && (value is null || value == found);
    }
}
