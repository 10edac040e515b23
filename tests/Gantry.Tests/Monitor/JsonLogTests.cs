using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Tests.Monitor;

public sealed class JsonLogTests
{
    private const string Time = "2026-11-23T10:13:30.123456789Z";

    [Theory]
    [InlineData("hello", true, """{"log":"hello\n","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    [InlineData("", true, """{"log":"\n","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    [InlineData("part", false, """{"log":"part","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    [InlineData("a\"b\\c\td\re\u001b[0m<&>", true, """{"log":"a\"b\\c\u0009d\re\u001b[0m\u003c\u0026\u003e\n","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    [InlineData("grün 漢字 🙂", true, """{"log":"grün 漢字 🙂\n","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    [InlineData("a\u2028b\u2029", true, """{"log":"a\u2028b\u2029\n","stream":"stdout","time":"2026-11-23T10:13:30.123456789Z"}""")]
    public void A_line_is_dockers(string text, bool complete, string expected) =>
        Assert.Equal(expected + "\n", Line(Encoding.UTF8.GetBytes(text), complete, []));

    [Fact]
    public void What_is_not_utf8_is_replaced_byte_by_byte() =>
        Assert.Contains("\"a\\ufffd\\ufffdb\\n\"", Line([(byte)'a', 0xE2, 0x82, (byte)'b'], true, []), StringComparison.Ordinal);

    [Fact]
    public void Attributes_stand_before_the_time() => Assert.Equal(
        """{"log":"x\n","stream":"stdout","attrs":{"a":"b"},"time":"2026-11-23T10:13:30.123456789Z"}""" + "\n",
        Line("x"u8, true, """{"a":"b"}"""u8));

    [Fact]
    public void Any_bytes_make_a_line_that_json_readers_take() => Gen.Byte.Array[0, 300].Sample(text =>
    {
        var line = Line(text, true, []);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var document = JsonDocument.Parse(line);
        Assert.Equal(Decoded(text) + "\n", document.RootElement.GetProperty("log").GetString());
    });

    [Theory]
    [InlineData(1_763_892_000_000_000_000, "2025-11-23T10:00:00Z")]
    [InlineData(1_763_892_000_120_000_000, "2025-11-23T10:00:00.12Z")]
    [InlineData(1_763_892_000_000_000_001, "2025-11-23T10:00:00.000000001Z")]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    public void A_time_has_no_zeros_at_its_end(long nanoseconds, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(new LogTime().Format(nanoseconds)));

    [Fact]
    public void Times_grow_though_the_clock_stands_or_goes_back()
    {
        var time = new LogTime();
        Assert.Equal([100, 101, 102, 200], new[] { 100L, 100, 50, 200 }.Select(time.Next));
    }

    internal static string Line(ReadOnlySpan<byte> text, bool complete, ReadOnlySpan<byte> attributes)
    {
        var buffer = new byte[JsonLogLine.Room(text.Length, attributes.Length)];
        var length = JsonLogLine.Write(buffer, text, complete, "stdout"u8, attributes, Encoding.ASCII.GetBytes(Time));
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    // One replacement for each byte that begins no character, as Go decodes.
    private static string Decoded(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder();
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                (rune, consumed) = (Rune.ReplacementChar, 1);
            }

            result.Append(CultureInfo.InvariantCulture, $"{rune}");
            text = text[consumed..];
        }

        return result.ToString();
    }
}
