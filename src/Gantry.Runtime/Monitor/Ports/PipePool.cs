using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Ports;

/// <summary>Pipes for bytes under way. A connection has one only while its receiver is slow: most share the same few.</summary>
internal sealed class PipePool : IDisposable
{
    private const int MostIdle = 4;

    private readonly Stack<SplicePipe> idle = new(MostIdle);

    /// <exception cref="Gantry.Linux.LinuxException">There are no descriptors left.</exception>
    public SplicePipe Rent() => idle.TryPop(out var pipe) ? pipe : SplicePipe.Create();

    /// <summary>Takes one back; bytes still in it are nobody's any more.</summary>
    public void Return(SplicePipe pipe)
    {
        if (pipe.Held == 0 && idle.Count < MostIdle) idle.Push(pipe);
        else pipe.Dispose();
    }

    public void Dispose()
    {
        while (idle.TryPop(out var pipe)) pipe.Dispose();
    }
}
