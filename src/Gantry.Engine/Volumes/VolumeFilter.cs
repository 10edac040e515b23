using System.Text.RegularExpressions;
using Gantry.Engine.Backends;
using Gantry.Engine.Events;

namespace Gantry.Engine.Volumes;

/// <summary>The filters of <c>GET /volumes</c>.</summary>
internal sealed class VolumeFilter
{
    private readonly Filters filters;
    private readonly bool? dangling;

    public VolumeFilter(Filters filters)
    {
        filters.RequireKnown("dangling", "driver", "label", "name");
        this.filters = filters;
        dangling = filters.Flag("dangling");
    }

    public bool Matches(VolumeRecord volume, bool isUsed) =>
        (dangling is null || dangling != isUsed)
        && (!filters.Contains("driver") || filters["driver"].Contains(volume.Driver))
        && (!filters.Contains("name") || filters["name"].Any(name => MatchesName(volume.Name, name)))
        && LabelFilter.Matches(filters["label"], volume.Labels);

    private static bool MatchesName(string name, string wanted)
    {
        try
        {
            return name.Contains(wanted, StringComparison.Ordinal) || Regex.IsMatch(name, wanted);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
