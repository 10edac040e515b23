using Gantry.Linux.Poll;
using Gantry.Runtime.Json;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>Docker's <c>json-file</c>.</summary>
/// <param name="attributes">What stands in each line as <c>attrs</c>.</param>
internal sealed class JsonFormat(IReadOnlyDictionary<string, string>? attributes) : ILogFormat
{
    private readonly byte[] attributes = AttributesOf(attributes);
    private readonly LogTime time = new();

    public int Room(in LogMessage message) => JsonLogLine.Room(message.Text.Length, attributes.Length);

    public int Write(Span<byte> destination, in LogMessage message) =>
        JsonLogLine.Write(destination, message.Text, message.Complete, message.Stream, attributes, time.Format(message.Time));

    public void Repair(AppendFile file)
    {
        if (!file.EndsWith((byte)'\n'))
        {
            file.Write("\n"u8);
        }
    }

    // Docker's attributes are a Go map, which is written sorted by key.
    private static byte[] AttributesOf(IReadOnlyDictionary<string, string>? attributes)
    {
        if (attributes is null || attributes.Count == 0)
        {
            return [];
        }

        var writer = new JsonObjectWriter(256);
        foreach (var (key, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            writer.String(key, value);
        }

        return writer.Finish().ToArray();
    }
}
