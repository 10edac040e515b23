using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Images.Archives;
using Gantry.Spec;

namespace Gantry.Engine.Prune;

/// <summary>The filter <c>until</c> of pruning: a time, seconds since 1970, or a duration before now.</summary>
internal static class UntilFilter
{
    public static DateTimeOffset? Read(Filters filters, DateTimeOffset now) => filters["until"] switch
    {
        [] => null,
        [var text] => Parse(text, now),
        _ => throw new InvalidArgumentException("more than one until filter specified"),
    };

    private static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300800m)
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        try
        {
            return now - TimeSpan.FromTicks(GoDuration.Parse(text) / 100);
        }
        catch (GantryException e)
        {
            throw new InvalidArgumentException($"invalid filter 'until={text}': it is a time, seconds since 1970, or a duration such as 24h", e);
        }
    }
}
