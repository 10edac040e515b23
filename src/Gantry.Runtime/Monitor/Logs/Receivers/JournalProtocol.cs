using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>The journal's own protocol: a datagram of fields (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).</summary>
internal sealed class JournalProtocol : ReceiverProtocol, IMessageFormat
{
    private const int Around = 512;

    private readonly byte[] fields;
    private readonly LogTime time = new();
    private ulong count;

    public JournalProtocol(LogReceiver receiver)
    {
        var all = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in receiver.Fields ?? new Dictionary<string, string>())
        {
            var (key, text) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
            all.Advance(Put(all.GetSpan(key.Length + text.Length + Around), 0, key, text));
        }

        var epoch = Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}{Guid.NewGuid():N}");
        all.Advance(Put(all.GetSpan(Around), 0, "CONTAINER_LOG_EPOCH"u8, epoch));
        fields = all.WrittenSpan.ToArray();
    }

    public override IMessageFormat Format => this;

    public int Room(in LogMessage message) => fields.Length + message.Text.Length + Around;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        Span<byte> digits = stackalloc byte[20];
        var position = Put(destination, 0, "MESSAGE"u8, message.Text);
        position = Put(destination, position, "PRIORITY"u8, message.IsStderr ? "3"u8 : "6"u8);
        position = Put(destination, position, "SYSLOG_TIMESTAMP"u8, time.Format(message.Time));
        position = Put(destination, position, "CONTAINER_LOG_ORDINAL"u8, Digits(digits, ++count));
        if (message.IsPart)
        {
            position = Put(destination, position, "CONTAINER_PARTIAL_ID"u8, message.PartId);
            position = Put(destination, position, "CONTAINER_PARTIAL_ORDINAL"u8, Digits(digits, (ulong)message.Ordinal));
            position = Put(destination, position, "CONTAINER_PARTIAL_LAST"u8, message.Complete ? "true"u8 : "false"u8);
            if (!message.Complete)
            {
                position = Put(destination, position, "CONTAINER_PARTIAL_MESSAGE"u8, "true"u8);
            }
        }

        fields.CopyTo(destination[position..]);
        return position + fields.Length;
    }

    private static ReadOnlySpan<byte> Digits(Span<byte> buffer, ulong number)
    {
        _ = number.TryFormat(buffer, out var length, provider: CultureInfo.InvariantCulture);
        return buffer[..length];
    }

    // "NAME=value\n", or with a length where the value has lines itself.
    private static int Put(Span<byte> destination, int position, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        name.CopyTo(destination[position..]);
        position += name.Length;
        if (value.Contains((byte)'\n'))
        {
            destination[position++] = (byte)'\n';
            BinaryPrimitives.WriteInt64LittleEndian(destination[position..], value.Length);
            position += sizeof(long);
        }
        else
        {
            destination[position++] = (byte)'=';
        }

        value.CopyTo(destination[position..]);
        position += value.Length;
        destination[position++] = (byte)'\n';
        return position;
    }
}
