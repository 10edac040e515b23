using System.Text;
using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The monitor's own troubles, one line each, to monitor.err.</summary>
internal static class MonitorErrors
{
    private const int StandardError = 2;

    public static FileDescriptor Descriptor { get; } = new(StandardError, ownsHandle: false);

    /// <summary>Until then they go where the daemon's own go.</summary>
    public static void WriteTo(string bundle)
    {
        using var file = UnixSocket.OpenFile(Path.Combine(bundle, MonitorSettings.ErrorName), write: true, create: true);
        RawIo.DuplicateTo(file, StandardError);
    }

    public static void Write(string message) => _ = RawIo.Write(Descriptor, Encoding.UTF8.GetBytes(message + "\n"));
}
