namespace Gantry.Runtime.Monitor.Logs;

/// <summary>The protocol buffer LogEntry that Docker's <c>local</c> and its log plug-ins take (moby, <c>entry.proto</c>).</summary>
/// <param name="attributes">What stands in each entry as <c>attrs</c>.</param>
internal sealed class EntryFormat(IReadOnlyDictionary<string, string>? attributes) : IMessageFormat
{
    // Tags, stream, time, the length of the line, and the identity of a part.
    private const int Around = 160;

    private readonly byte[] attributes = EntryAttributes.Encode(attributes);

    public int Room(in LogMessage message) => message.Text.Length + attributes.Length + Around;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var writer = new ProtobufWriter(destination);
        writer.Bytes(1, message.Stream);
        writer.Number(2, message.Time);
        if (!message.Text.IsEmpty)
        {
            writer.Bytes(3, message.Text);
        }

        if (message.IsPart)
        {
            writer.Number(4, 1);
            WritePart(ref writer, message);
        }

        writer.Raw(attributes);
        return writer.Length;
    }

    private static void WritePart(ref ProtobufWriter writer, in LogMessage message)
    {
        var part = new ProtobufWriter(stackalloc byte[Around]);
        if (message.Complete)
        {
            part.Number(1, 1);
        }

        part.Bytes(2, message.PartId);
        part.Number(3, message.Ordinal);
        writer.Bytes(5, part.Written);
    }
}
