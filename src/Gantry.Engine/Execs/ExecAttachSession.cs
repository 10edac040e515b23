using System.Buffers.Binary;
using System.Text;
using Gantry.Engine.Backends;
using Gantry.Runtime.Monitor.Client;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Execs;

/// <summary>A client attached to an exec.</summary>
internal sealed class ExecAttachSession(Stream stream, bool isTerminal, bool hasInput, Task ended, DetachKeys? keys = null, Action? onDetach = null) : AttachSession
{
    private const int FrameHeader = 8;

    public override bool IsTerminal => isTerminal;

    public override DetachKeys? DetachKeys => keys;

    public override void Detached() => onDetach?.Invoke();

    public override Stream Output => stream;

    public override Task Ended => ended;

    public override Stream? Input => hasInput ? stream : null;

    /// <summary>What a client sees of an exec that did not start: the reason, as a line on stdout.</summary>
    public static ExecAttachSession Failed(string message, bool isTerminal)
    {
        var text = Encoding.UTF8.GetBytes(message + "\r\n");
        if (isTerminal)
        {
            return new(new MemoryStream(text, writable: false), isTerminal, hasInput: false, Task.CompletedTask);
        }

        var frame = new byte[FrameHeader + text.Length];
        frame[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)text.Length);
        text.CopyTo(frame, FrameHeader);
        return new(new MemoryStream(frame, writable: false), isTerminal, hasInput: false, Task.CompletedTask);
    }

    public override ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        (stream as MonitorStream)?.CloseWrite();
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => stream.DisposeAsync();
}
