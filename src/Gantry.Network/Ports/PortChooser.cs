using System.Globalization;
using Gantry.Network.Host;
using Gantry.Network.Records;

namespace Gantry.Network.Ports;

/// <summary>Which host ports to try for a request, in order.</summary>
internal sealed class PortChooser(HostKernel host)
{
    private const int First = 32768;
    private const int Last = 60999;
    private readonly Lock gate = new();
    private int next;

    /// <summary>The fixed one; or a range, or the kernel's ephemeral ports, from behind the last that was given.</summary>
    public IEnumerable<ushort> Candidates(PortRequest request, int count)
    {
        if (request.HostPort > 0 && request.HostPortEnd <= request.HostPort) return [request.HostPort];
        return request.HostPort > 0 ? InOrder(request.HostPort, request.HostPortEnd) : Ephemeral(EphemeralRange(), count);
    }

    public string Describe(PortRequest request)
    {
        var (first, last) = request.HostPort > 0 ? (request.HostPort, request.HostPortEnd) : EphemeralRange();
        return $"{first}-{last}";
    }

    private static IEnumerable<ushort> InOrder(int first, int last)
    {
        for (var port = first; port <= last; port++) yield return (ushort)port;
    }

    private IEnumerable<ushort> Ephemeral((int First, int Last) range, int count)
    {
        for (var tries = 0; tries <= range.Last - range.First; tries++)
        {
            int port;
            lock (gate)
            {
                if (next < range.First || next > range.Last - count + 1) next = range.First;
                port = next;
                next += count;
            }

            yield return (ushort)port;
        }
    }

    private (int First, int Last) EphemeralRange()
    {
        var parts = (host.ReadSetting("ipv4/ip_local_port_range") ?? "").Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var last) ? (first, last) : (First, Last);
    }
}
