using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>A monitor, a child of this process, that waits to be given its container. Disposed before that, it ends.</summary>
internal sealed class WaitingMonitor : IDisposable
{
    private const int ControlDescriptor = 3;
    private readonly FileDescriptor control;

    private WaitingMonitor(int processId, FileDescriptor control) => (ProcessId, this.control) = (processId, control);

    public int ProcessId { get; }

    /// <param name="program">The <c>gantry-runtime</c> executable.</param>
    /// <param name="bundle">What its command line shows; one of the same length where it is not known yet.</param>
    public static WaitingMonitor Start(string program, string bundle)
    {
        var (ours, theirs) = UnixSocket.CreatePair();
        try
        {
            using (theirs)
            using (var nothing = UnixSocket.OpenFile("/dev/null", write: true))
            using (var errors = new FileDescriptor(2, ownsHandle: false))
            {
                var processId = ProcessSpawner.Spawn(new SpawnRequest
                {
                    Program = program,
                    Arguments = [program, "monitor", "--control-fd", "3", "--bundle", bundle],
                    Environment = [],
                    Descriptors = [new(nothing, 0), new(nothing, 1), new(errors, 2), new(theirs, ControlDescriptor)],
                    NewSession = true,
                });
                return new WaitingMonitor(processId, ours);
            }
        }
        catch
        {
            ours.Dispose();
            throw;
        }
    }

    /// <summary>Gives it a container; it creates it at once. False when the monitor is gone.</summary>
    public bool TryGive(MonitorSpawn spawn)
    {
        SafeHandle?[] descriptors = [spawn.RootFilesystem, spawn.NetworkNamespace, .. spawn.Mounts];
        SafeHandle[] given = [.. descriptors.OfType<SafeHandle>()];
        if (given.Length > PassedDescriptors.Most)
        {
            throw new InvalidArgumentException($"a container can have at most {PassedDescriptors.Most - 2} volumes, not {spawn.Mounts.Count}");
        }

        var frame = new MonitorAssignment(spawn.Bundle, spawn.RootFilesystem is not null, spawn.NetworkNamespace is not null).ToFrame();
        // A socket that nothing was sent to takes a frame of this size whole.
        return PassedDescriptors.Send(control, frame, given) == frame.Length;
    }

    /// <summary>The connection to the monitor, for whom it was given.</summary>
    public System.Net.Sockets.Socket TakeControl() => MonitorConnection.Adopt(control);

    public void Dispose()
    {
        if (control.IsClosed) return;
        control.Dispose();
        _ = MonitorProcess.ReapAsync(ProcessId);
    }
}
