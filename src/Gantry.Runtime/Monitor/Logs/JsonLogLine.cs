using Gantry.Runtime.Json;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// One line of Docker's <c>json-file</c> log, byte for byte:
/// <c>{"log":"text\n","stream":"stdout","attrs":{…},"time":"2026-11-23T10:13:30.123456789Z"}</c>.
/// </summary>
public static class JsonLogLine
{
    /// <summary>The most bytes of output one line of the log holds; longer ones go on in the next, without <c>\n</c> between.</summary>
    public const int LongestText = 16 * 1024;

    // The fields around the text, with the longest time.
    private const int Around = 96;

    /// <summary>Room that is enough for a line of that length.</summary>
    public static int Room(int textLength, int attributesLength) => (textLength * JsonText.LargestExpansion) + attributesLength + Around;

    /// <summary>The name of the n-th older file beside a log; 0 is the log itself.</summary>
    public static string PathOf(string logPath, int generation) => generation == 0 ? logPath : $"{logPath}.{generation}";

    /// <summary>Writes one line and returns its length.</summary>
    /// <param name="destination">At least <see cref="Room"/> bytes.</param>
    /// <param name="text">What the container wrote, without the end of line.</param>
    /// <param name="complete">The end of line was there too.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="attributes">A JSON object; empty for none.</param>
    /// <param name="time">As in the log (<see cref="LogTime"/>), without quotes.</param>
    public static int Write(
        Span<byte> destination, ReadOnlySpan<byte> text, bool complete, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> time)
    {
        var position = JsonText.Put(destination, 0, "{\"log\":\""u8);
        position = JsonText.Escape(destination, position, text);
        position = JsonText.Put(destination, position, complete ? "\\n\",\"stream\":\""u8 : "\",\"stream\":\""u8);
        position = JsonText.Put(destination, position, stream);
        if (!attributes.IsEmpty)
        {
            position = JsonText.Put(destination, position, "\",\"attrs\":"u8);
            position = JsonText.Put(destination, position, attributes);
            position = JsonText.Put(destination, position, ",\"time\":\""u8);
        }
        else
        {
            position = JsonText.Put(destination, position, "\",\"time\":\""u8);
        }

        position = JsonText.Put(destination, position, time);
        return JsonText.Put(destination, position, "\"}\n"u8);
    }
}
