using System.Buffers.Binary;
using System.Text;

namespace Gantry.SystemTests.Tracing;

/// <summary>Reads an ExportTraceServiceRequest (opentelemetry-proto, trace/v1/trace.proto), as far as tests look at it.</summary>
internal static class TraceMessage
{
    public static IEnumerable<Span> Read(ReadOnlyMemory<byte> message) =>
        from resourceSpans in Messages(message, 1)
        let resource = Attributes(Messages(resourceSpans, 1).SelectMany(resource => Messages(resource, 1)))
        from scopeSpans in Messages(resourceSpans, 2)
        from span in Messages(scopeSpans, 2)
        select new Span
        {
            TraceId = Hex(span, 1),
            SpanId = Hex(span, 2),
            ParentId = Hex(span, 4),
            Name = Text(span, 5),
            Start = Numbers(span, 7).FirstOrDefault(),
            End = Numbers(span, 8).FirstOrDefault(),
            Status = Messages(span, 15).SelectMany(status => Numbers(status, 3)).FirstOrDefault(),
            Attributes = Attributes(Messages(span, 9)),
            Resource = resource,
        };

    private static Dictionary<string, string> Attributes(IEnumerable<ReadOnlyMemory<byte>> pairs) =>
        pairs.ToDictionary(pair => Text(pair, 1), pair => string.Concat(Messages(pair, 2).Select(value => Text(value, 1))));

    private static string Hex(ReadOnlyMemory<byte> message, int field) => string.Concat(Messages(message, field).Select(bytes => Convert.ToHexStringLower(bytes.Span)));

    private static string Text(ReadOnlyMemory<byte> message, int field) => string.Concat(Messages(message, field).Select(bytes => Encoding.UTF8.GetString(bytes.Span)));

    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int field) => Fields(message).Where(found => found.Field == field).Select(found => found.Bytes);

    private static IEnumerable<ulong> Numbers(ReadOnlyMemory<byte> message, int field) => Fields(message).Where(found => found.Field == field).Select(found => found.Number);

    private static List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ulong, ReadOnlyMemory<byte>)>();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var (number, bytes) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, sizeof(ulong)).Span);
                    break;
                case 2:
                    bytes = Take(ref message, (int)Varint(ref message));
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, sizeof(uint)).Span);
                    break;
                default:
                    throw new InvalidDataException($"field {tag >> 3} has the unknown wire type {tag & 7}");
            }

            fields.Add(((int)(tag >> 3), number, bytes));
        }

        return fields;
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> message, int count)
    {
        var taken = message[..count];
        message = message[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref message, 1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
