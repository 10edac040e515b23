using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gantry.Client;

/// <summary>A stream of JSON values one after the other, with or without line ends between them.</summary>
public static class JsonMessages
{
    public static async IAsyncEnumerable<JsonElement> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new byte[32 * 1024];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += count;
            var start = 0;
            while (TryTake(buffer.AsSpan(start, length - start), count == 0, out var used, out var message))
            {
                start += used;
                yield return message;
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (count == 0) yield break;
        }
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, bool final, out int used, out JsonElement message)
    {
        message = default;
        var start = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        used = bytes.Length;
        if (start < 0) return false;
        var reader = new Utf8JsonReader(bytes[start..], final, default);
        if (!JsonElement.TryParseValue(ref reader, out var element)) return false;
        used = start + (int)reader.BytesConsumed;
        message = element.Value;
        return true;
    }
}
