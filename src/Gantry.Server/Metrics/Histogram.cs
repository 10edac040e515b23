using System.Globalization;
using System.Text;

namespace Gantry.Server.Metrics;

/// <summary>How long something took, counted in Prometheus' usual classes.</summary>
internal sealed class Histogram
{
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly Lock gate = new();
    private readonly long[] counts = new long[Bounds.Length + 1];
    private double sum;

    public void Add(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var at = Bounds.AsSpan().BinarySearch(seconds);
        lock (gate)
        {
            counts[at < 0 ? ~at : at]++;
            sum += seconds;
        }
    }

    /// <summary>Lines of the text format.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">Of the metric.</param>
    /// <param name="label">As <c>action="create"</c>.</param>
    public void Write(StringBuilder text, string name, string label)
    {
        lock (gate)
        {
            long total = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{label},le=\"{bound}\"}} {total}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{label}}} {sum}\n{name}_count{{{label}}} {total}\n");
        }
    }
}
