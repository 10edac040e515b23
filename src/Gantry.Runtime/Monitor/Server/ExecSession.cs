using Gantry.Linux;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>A running exec.</summary>
internal sealed record ExecSession(string Id, StreamHub Hub)
{
    public ExitWatch? Watch { get; set; }

    /// <summary>The terminal's other end, held open; null without a terminal.</summary>
    public FileDescriptor? TerminalEnd { get; set; }

    public FileDescriptor? Master { get; set; }

    /// <summary>Ends it and takes its exit; for when the container is gone.</summary>
    public ExitStatus Kill()
    {
        const int kill = 9;
        Watch!.Process.TrySignal(kill);
        var status = Watch.Process.Wait();
        Watch.Dispose();
        return status;
    }
}
