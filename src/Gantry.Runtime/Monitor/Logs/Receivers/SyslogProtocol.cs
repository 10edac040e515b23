using System.Globalization;
using System.Text;
using Gantry.Linux.Poll;
using Gantry.Runtime.Json;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>Syslog as Docker sends it: RFC 3164, RFC 5424, or what a machine's own syslog takes on its socket.</summary>
internal sealed class SyslogProtocol(LogReceiver receiver) : ReceiverProtocol, IMessageFormat
{
    private const int Error = 3;
    private const int Informational = 6;

    // Priority, time, process, length, and what stands between.
    private const int Around = 128;

    private readonly byte[] tag = Encoding.UTF8.GetBytes(receiver.Tag);
    private readonly byte[] host = Encoding.UTF8.GetBytes(receiver.HostName);
    private readonly byte[] process = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    private readonly bool isCounted = receiver is { Transport: "tls", Format: "rfc5424" or "rfc5424micro" };

    public override IMessageFormat Format => this;

    public override bool SkipsEmpty => true;

    public int Room(in LogMessage message) => message.Text.Length + (2 * tag.Length) + host.Length + Around;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var length = receiver.Format.StartsWith("rfc5424", StringComparison.Ordinal) ? WriteNew(destination, message) : WriteOld(destination, message);
        return isCounted ? Count(destination, length) : length;
    }

    private int WriteOld(Span<byte> destination, in LogMessage message)
    {
        var position = PutPriority(destination, message, ">"u8);
        position += LocalTime.Of(message.Time).FormatStamp(destination[position..]);
        if (receiver.Format == "rfc3164")
        {
            position = JsonText.Put(destination, JsonText.Put(destination, position, " "u8), host);
        }

        position = JsonText.Put(destination, JsonText.Put(destination, position, " "u8), tag);
        position = JsonText.Put(destination, JsonText.Put(destination, position, "["u8), process);
        return End(destination, JsonText.Put(destination, position, "]: "u8), message);
    }

    private int WriteNew(Span<byte> destination, in LogMessage message)
    {
        var position = PutPriority(destination, message, ">1 "u8);
        position += LocalTime.Of(message.Time).FormatFull(destination[position..], microseconds: receiver.Format == "rfc5424micro");
        foreach (var field in (ReadOnlySpan<byte[]>)[host, tag, process, tag])
        {
            position = JsonText.Put(destination, JsonText.Put(destination, position, " "u8), field);
        }

        return End(destination, JsonText.Put(destination, position, " - "u8), message);
    }

    private int PutPriority(Span<byte> destination, in LogMessage message, ReadOnlySpan<byte> end)
    {
        var position = JsonText.Put(destination, 0, "<"u8);
        _ = ((receiver.Facility << 3) | (message.IsStderr ? Error : Informational))
            .TryFormat(destination[position..], out var digits, provider: CultureInfo.InvariantCulture);
        return JsonText.Put(destination, position + digits, end);
    }

    private static int End(Span<byte> destination, int position, in LogMessage message) =>
        JsonText.Put(destination, JsonText.Put(destination, position, message.Text), "\n"u8);

    // RFC 5425: each message has its length before it.
    private static int Count(Span<byte> destination, int length)
    {
        Span<byte> count = stackalloc byte[12];
        _ = length.TryFormat(count, out var digits, provider: CultureInfo.InvariantCulture);
        count[digits++] = (byte)' ';
        destination[..length].CopyTo(destination[digits..]);
        count[..digits].CopyTo(destination);
        return length + digits;
    }
}
