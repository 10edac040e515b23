using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Gantry.Engine.Backends;

namespace Gantry.Server.Streams;

/// <summary>Writes log entries: framed as Docker's multiplexed stream, or raw for a terminal.</summary>
internal static class LogWriter
{
    private const int FrameHeader = 8;
    private const int FlushAt = 32 * 1024;

    /// <param name="details">Docker puts the entry's extra attributes and a space before the line; without any, the space remains.</param>
    public static async Task WriteAsync(LogStream log, bool timestamps, bool details, PipeWriter output, CancellationToken cancellationToken)
    {
        await using var entries = log.Entries.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = entries.MoveNextAsync();
            if (!next.IsCompleted || output.UnflushedBytes >= FlushAt)
            {
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            Write(entries.Current, log.IsTerminal, timestamps, details, output);
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static void Write(in LogEntry entry, bool isTerminal, bool timestamps, bool details, IBufferWriter<byte> output)
    {
        var prefix = (timestamps ? FixedTime(entry.UnixNanoseconds) + " " : "") + (details ? Details(entry) + " " : "");
        var length = prefix.Length + entry.Line.Length;
        if (!isTerminal)
        {
            var header = output.GetSpan(FrameHeader)[..FrameHeader];
            header.Clear();
            header[0] = (byte)entry.Source;
            BinaryPrimitives.WriteInt32BigEndian(header[4..], length);
            output.Advance(FrameHeader);
        }

        if (prefix.Length > 0)
        {
            output.Advance(Encoding.ASCII.GetBytes(prefix, output.GetSpan(prefix.Length)));
        }

        output.Write(entry.Line.Span);
    }

    /// <summary>Sorted by name, and escaped as in a query.</summary>
    private static string Details(in LogEntry entry) => string.Join(
        ',', (entry.Attributes ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{QueryEscape(pair.Key)}={QueryEscape(pair.Value)}"));

    private static string QueryEscape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>RFC 3339 with exactly nine decimals, so that lines align.</summary>
    private static string FixedTime(long unixNanoseconds)
    {
        var seconds = Math.DivRem(unixNanoseconds, 1_000_000_000L, out var nanoseconds);
        var whole = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{whole}.{nanoseconds:D9}Z");
    }
}
