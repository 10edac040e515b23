using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// Compresses a file in a process of its own (<see cref="CompressCommand"/>): the monitor, which stays, neither waits nor
/// keeps memory for it. The result has no name until it is whole.
/// </summary>
internal sealed class LogCompression(PollLoop loop) : IDisposable
{
    private const int SignalKill = 9;

    private ExitWatch? process;

    /// <summary>False where there is no such file, or no process can be started.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="done">Gets the compressed file; null when it did not come about.</param>
    public bool TryBegin(string path, Action<FileDescriptor?> done)
    {
        FileDescriptor? target = null;
        try
        {
            using var source = UnixSocket.OpenFile(path, write: false);
            target = AppendFile.OpenUnnamed(Path.GetDirectoryName(path)!);
            var pid = ProcessSpawner.Spawn(new()
            {
                Program = "/proc/self/exe",
                Arguments = ["gantry-runtime", CompressCommand.Name],
                Environment = [],
                Descriptors = [new(source, 0), new(target, 1), new(MonitorErrors.Descriptor, 2)],
            });
            process = new ExitWatch(loop, PidFd.Open(pid), status => OnEnd(status, target, done));
            return true;
        }
        catch (LinuxException)
        {
            target?.Dispose();
            return false;
        }
    }

    public void Dispose()
    {
        process?.Process.TrySignal(SignalKill);
        process?.Dispose();
    }

    private void OnEnd(ExitStatus status, FileDescriptor target, Action<FileDescriptor?> done)
    {
        process = null;
        using (target)
        {
            done(status is { Code: 0, Signal: 0 } ? target : null);
        }
    }
}
