using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gantry.Engine.Host;
using Gantry.Spec;

namespace Gantry.Server.Hosting;

/// <summary>What systemd passes to a service and is told by it (sd_listen_fds(3), sd_notify(3)). Without systemd nothing happens.</summary>
internal static class ServiceManager
{
    private const int FirstDescriptor = 3;

    /// <summary>The listening sockets that were passed.</summary>
    /// <param name="wanted">The number or the name of one; empty for all.</param>
    public static IReadOnlyList<int> Sockets(string wanted)
    {
        var count = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        var found = Enumerable.Range(0, count)
            .Where(i => wanted.Length == 0 || wanted == (FirstDescriptor + i).ToString(CultureInfo.InvariantCulture) || (i < names.Length && names[i] == wanted))
            .Select(i => FirstDescriptor + i).ToArray();
        if (found.Length == 0)
        {
            throw new InvalidArgumentException($"fd://{wanted}: the service manager passed no such socket; gantryd --host unix:///path listens on one of its own");
        }

        Array.ForEach(found, HostFile.KeepFromPrograms);
        return found;
    }

    public static void Ready() => Notify("READY=1");

    public static void Stopping() => Notify("STOPPING=1");

    /// <summary>Before a reload; <see cref="Ready"/> is said after it.</summary>
    public static void Reloading() =>
        Notify($"RELOADING=1\nMONOTONIC_USEC={System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000)}");

    private static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path)
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // An abstract address is written with @.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException)
        {
            // Who does not listen need not be told.
        }
    }
}
