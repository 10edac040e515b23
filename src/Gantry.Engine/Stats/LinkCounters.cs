using System.Globalization;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Stats;

/// <summary>The links of a process's network namespace (proc_pid_net(5)).</summary>
internal static class LinkCounters
{
    public static Dictionary<string, LinkStats>? Of(int pid)
    {
        var links = new Dictionary<string, LinkStats>(StringComparer.Ordinal);
        foreach (var line in new CounterDirectory(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net")).Lines("dev"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : line[..colon].Trim();
            if (name is "" or "lo")
            {
                continue;
            }

            var counts = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            links[name] = new LinkStats
            {
                ReceivedBytes = counts[0],
                ReceivedPackets = counts[1],
                ReceivedErrors = counts[2],
                ReceivedDropped = counts[3],
                SentBytes = counts[8],
                SentPackets = counts[9],
                SentErrors = counts[10],
                SentDropped = counts[11],
            };
        }

        return links.Count > 0 ? links : null;
    }
}
