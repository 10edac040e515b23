using System.Text.RegularExpressions;
using Gantry.Engine.Backends;
using Gantry.Engine.Events;
using Gantry.Engine.Prune;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>The filters of <c>GET /networks</c> and <c>POST /networks/prune</c>.</summary>
internal sealed class NetworkFilter
{
    private readonly Filters filters;
    private readonly DateTimeOffset? until;

    private NetworkFilter(Filters filters, DateTimeOffset? until)
    {
        this.filters = filters;
        this.until = until;
    }

    public static NetworkFilter ForList(Filters filters)
    {
        filters.RequireKnown("dangling", "driver", "id", "label", "name", "scope", "type");
        foreach (var type in filters["type"].Where(type => type is not ("custom" or "builtin")))
        {
            throw new InvalidArgumentException($"invalid filter: 'type'='{type}'");
        }

        if (filters.Contains("dangling") && filters["dangling"] is not ["true" or "1" or "false" or "0"])
        {
            throw new InvalidArgumentException("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")");
        }

        return new NetworkFilter(filters, null);
    }

    public static NetworkFilter ForPrune(Filters filters, DateTimeOffset now)
    {
        filters.RequireKnown("label", "label!", "until");
        return new NetworkFilter(filters, UntilFilter.Read(filters, now));
    }

    public bool Matches(EngineNetwork network)
    {
        var record = network.Record;
        return Any("driver", driver => NetworkName.DriverShown(record) == driver)
            && Any("id", id => record.Id.StartsWith(id, StringComparison.Ordinal) || MatchesPattern(record.Id, id))
            && Any("name", name => MatchesPattern(record.Name, name))
            && Any("scope", scope => scope == "local")
            && Any("type", type => (type == "builtin") == NetworkName.IsPredefined(record.Name))
            && Any("dangling", text => (text is "true" or "1") == (network.Endpoints.Count == 0 && !NetworkName.IsPredefined(record.Name)))
            && LabelFilter.AllowsPruning(filters, record.Labels)
            && (until is null || record.Created < until);
    }

    private static bool MatchesPattern(string text, string wanted)
    {
        if (text.Contains(wanted, StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            return Regex.IsMatch(text, wanted);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private bool Any(string key, Func<string, bool> matches) => !filters.Contains(key) || filters[key].Any(matches);
}
