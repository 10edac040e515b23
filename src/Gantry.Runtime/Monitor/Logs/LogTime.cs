using System.Globalization;
using System.Text;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// Times as a log holds them: Go's RFC3339Nano, no zeros at the end of the fraction. Each is later than the one before,
/// so that a reader can go on exactly after a line by its time.
/// </summary>
internal sealed class LogTime
{
    private const long Second = 1_000_000_000;
    private const int SecondsLength = 19;

    private readonly byte[] text = new byte[SecondsLength + 11];
    private long last;
    private long secondsShown = long.MinValue;

    /// <summary>The given time, or one nanosecond after the last one if that is later.</summary>
    public long Next(long now) => last = Math.Max(now, last + 1);

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Format(long time)
    {
        var (seconds, fraction) = Math.DivRem(time, Second);
        if (seconds != secondsShown)
        {
            var shown = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
            Encoding.ASCII.GetBytes(shown, text);
            secondsShown = seconds;
        }

        var length = SecondsLength;
        if (fraction != 0)
        {
            text[length] = (byte)'.';
            for (var digit = 9; digit > 0; digit--)
            {
                (fraction, var value) = Math.DivRem(fraction, 10);
                text[length + digit] = (byte)('0' + value);
            }

            length += 10;
            while (text[length - 1] == (byte)'0')
            {
                length--;
            }
        }

        text[length] = (byte)'Z';
        return text.AsSpan(0, length + 1);
    }
}
