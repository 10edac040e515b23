using System.Buffers.Binary;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>Messages that wait for their receiver, in one piece of memory that is given back when none waits.</summary>
internal sealed class MessageQueue
{
    private const int LengthSize = sizeof(int);
    private const int LeastCapacity = 16 * 1024;

    private byte[] buffer = [];
    private int head;
    private int tail;

    /// <summary>Of the messages that wait, all together.</summary>
    public int Bytes { get; private set; }

    public bool IsEmpty => head == tail;

    /// <summary>The one that waits for the longest time; valid until the queue changes.</summary>
    public ReadOnlySpan<byte> First => buffer.AsSpan(head + LengthSize, BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(head)));

    public void Add(ReadOnlySpan<byte> message)
    {
        MakeRoom(message.Length + LengthSize);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(tail), message.Length);
        message.CopyTo(buffer.AsSpan(tail + LengthSize));
        tail += LengthSize + message.Length;
        Bytes += message.Length;
    }

    public void RemoveFirst()
    {
        var length = First.Length;
        Bytes -= length;
        head += LengthSize + length;
        if (IsEmpty)
        {
            Clear();
        }
    }

    public void Clear()
    {
        (head, tail, Bytes) = (0, 0, 0);
        buffer = buffer.Length > LeastCapacity ? [] : buffer;
    }

    private void MakeRoom(int needed)
    {
        if (buffer.Length - tail >= needed)
        {
            return;
        }

        var held = tail - head;
        var target = held + needed <= buffer.Length / 2 ? buffer : new byte[Math.Max(LeastCapacity, (held + needed) * 2)];
        buffer.AsSpan(head, held).CopyTo(target);
        (buffer, head, tail) = (target, 0, held);
    }
}
