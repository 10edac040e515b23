using System.Buffers.Text;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>
/// Hears of processes killed for want of memory: by the eventfd of cgroup v1, or by memory.events of cgroup v2, which
/// polls as urgent when it changes.
/// </summary>
internal sealed class OomWatch : Watcher
{
    private readonly FileDescriptor counts;
    private readonly bool legacy;
    private readonly Action happened;
    private long seen;

    private OomWatch(PollLoop loop, FileDescriptor signal, FileDescriptor counts, bool legacy, Action happened)
        : base(loop, signal)
    {
        this.counts = counts;
        this.legacy = legacy;
        this.happened = happened;
        seen = Count();
        Watch(legacy ? PollEvents.Readable : PollEvents.Urgent);
    }

    /// <summary>Null where the container has no memory cgroup.</summary>
    public static OomWatch? TryCreate(PollLoop loop, Cgroup cgroup, Action happened)
    {
        var legacy = cgroup.Layout.Find("memory") is { IsUnified: false };
        if (!legacy && !cgroup.HasUnifiedController("memory"))
        {
            return null;
        }

        var directory = cgroup.DirectoryOf("memory");
        try
        {
            var counts = UnixSocket.OpenFile(Path.Combine(directory, legacy ? "memory.oom_control" : "memory.events"), write: false);
            var signal = legacy ? SignalOf(directory, counts) : counts;
            return new OomWatch(loop, signal, counts, legacy, happened);
        }
        catch (LinuxException)
        {
            // Not every kernel has the legacy event; the exit code 137 remains.
            return null;
        }
    }

    /// <summary>Whether any process was killed since this began.</summary>
    public bool Happened()
    {
        Look();
        return seen > 0;
    }

    public override void OnEvents(PollEvents events)
    {
        if (legacy)
        {
            Span<byte> value = stackalloc byte[8];
            _ = RawIo.Read(Descriptor, value);
        }

        Look();
    }

    protected override void OnDispose() => counts.Dispose();

    private static FileDescriptor SignalOf(string directory, FileDescriptor counts)
    {
        var signal = EventSignal.Create();
        try
        {
            using var control = UnixSocket.OpenFile(Path.Combine(directory, "cgroup.event_control"), write: true);
            var line = System.Text.Encoding.ASCII.GetBytes($"{signal.Number} {counts.Number}");
            var result = RawIo.Write(control, line);
            return result > 0 ? signal : throw new LinuxException("write", (Errno)(-result), "cgroup.event_control");
        }
        catch
        {
            signal.Dispose();
            throw;
        }
    }

    private void Look()
    {
        var now = Count();
        if (now > seen)
        {
            seen = now;
            happened();
        }
    }

    // "oom_kill 3" is a line of both files (Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst).
    private long Count()
    {
        var buffer = Loop.Buffer.AsSpan(0, 512);
        var length = RawIo.ReadAt(counts, buffer, 0);
        var text = buffer[..Math.Max(0, length)];
        var at = text.IndexOf("oom_kill "u8);
        return at >= 0 && Utf8Parser.TryParse(text[(at + 9)..], out long value, out _) ? value : 0;
    }
}
