using System.Globalization;
using System.Text;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>Fluentd's forward protocol, one message after the other (https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1).</summary>
internal sealed class FluentProtocol : ReceiverProtocol, IMessageFormat
{
    private const int ChunkIdLength = 22;
    private const int Around = 384;

    private readonly LogReceiver receiver;
    private readonly byte[] tag;
    private readonly byte[] fields;
    private readonly int fieldCount;

    public FluentProtocol(LogReceiver receiver)
    {
        this.receiver = receiver;
        tag = Encoding.UTF8.GetBytes(receiver.Tag);
        var all = receiver.Fields ?? new Dictionary<string, string>();
        var writer = new MessagePackWriter(new byte[all.Sum(f => Encoding.UTF8.GetByteCount(f.Key) + Encoding.UTF8.GetByteCount(f.Value) + (2 * MessagePackWriter.TextHeader))]);
        foreach (var (name, value) in all)
        {
            writer.Text(Encoding.UTF8.GetBytes(name));
            writer.Text(Encoding.UTF8.GetBytes(value));
        }

        fields = writer.Written.ToArray();
        fieldCount = all.Count;
    }

    public override IMessageFormat Format => this;

    public override bool AwaitsAnswer => receiver.Acknowledged;

    public int Room(in LogMessage message) => tag.Length + fields.Length + message.Text.Length + Around;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var writer = new MessagePackWriter(destination);
        writer.Array(AwaitsAnswer ? 4 : 3);
        writer.Text(tag);
        var (seconds, nanoseconds) = Math.DivRem(message.Time, 1_000_000_000);
        if (receiver.SubSeconds)
        {
            writer.EventTime((uint)seconds, (uint)nanoseconds);
        }
        else
        {
            writer.Number((uint)seconds);
        }

        writer.Map(fieldCount + 2 + (message.IsPart ? 4 : 0));
        writer.Raw(fields);
        writer.Text("source"u8);
        writer.Text(message.Stream);
        writer.Text("log"u8);
        writer.Text(message.Text);
        if (message.IsPart)
        {
            WritePart(ref writer, message);
        }

        if (AwaitsAnswer)
        {
            writer.Map(1);
            writer.Text("chunk"u8);
            writer.Text(NewChunkId());
        }

        return writer.Length;
    }

    // {"ack": id}: the id is nowhere else, and the last that was written.
    public override bool IsAnswer(ReadOnlySpan<byte> data, ReadOnlySpan<byte> message) => data.IndexOf(message[^ChunkIdLength..]) >= 0;

    private static void WritePart(ref MessagePackWriter writer, in LogMessage message)
    {
        Span<byte> ordinal = stackalloc byte[12];
        _ = message.Ordinal.TryFormat(ordinal, out var digits, provider: CultureInfo.InvariantCulture);
        writer.Text("partial_message"u8);
        writer.Text("true"u8);
        writer.Text("partial_id"u8);
        writer.Text(message.PartId);
        writer.Text("partial_ordinal"u8);
        writer.Text(ordinal[..digits]);
        writer.Text("partial_last"u8);
        writer.Text(message.Complete ? "true"u8 : "false"u8);
    }

    private static byte[] NewChunkId() => Encoding.ASCII.GetBytes(Convert.ToBase64String(Guid.NewGuid().ToByteArray())[..ChunkIdLength]);
}
