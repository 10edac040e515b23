using System.Text;
using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The monitor's own troubles, one line each, to monitor.err.</summary>
internal static class MonitorErrors
{
    public static void Write(string message)
    {
        using var stderr = new FileDescriptor(2, ownsHandle: false);
        _ = RawIo.Write(stderr, Encoding.UTF8.GetBytes(message + "\n"));
    }
}
