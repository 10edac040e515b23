using System.Buffers.Binary;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>What Docker's log plug-ins read from their pipe: an entry's length, four bytes with the most significant first, and the entry.</summary>
internal sealed class PluginProtocol(LogReceiver receiver) : ReceiverProtocol, IMessageFormat
{
    private const int LengthSize = sizeof(int);

    private readonly EntryFormat entry = new(receiver.Fields);

    public override IMessageFormat Format => this;

    public int Room(in LogMessage message) => entry.Room(message) + LengthSize;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var length = entry.Write(destination[LengthSize..], message);
        BinaryPrimitives.WriteInt32BigEndian(destination, length);
        return length + LengthSize;
    }
}
