using CsCheck;
using Gantry.Network.Names.Wire;

namespace Gantry.Tests.Names;

public sealed class DnsQueryTests
{
    [Theory]
    [InlineData("web", "web")]
    [InlineData("Web.My-Net", "web.my-net")]
    [InlineData("", "")]
    [InlineData("bücher.example", "bücher.example")]
    public void A_name_is_read_in_lower_case(string name, string expected)
    {
        Assert.True(Read(Messages.Query(name, type: 28, edns: 1232), out var text, out var type, out var size, out _));
        Assert.Equal((expected, RecordType.Aaaa, 1232), (text, type, size));
    }

    [Fact]
    public void A_name_with_a_dot_inside_a_label_is_no_text()
    {
        byte[] message = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, (byte)'a', (byte)'.', (byte)'b', 0, 0, 1, 0, 1];
        Assert.True(DnsQuery.TryRead(message, new char[DnsName.Longest], out var query, out _));
        Assert.False(query.IsText);
    }

    [Fact]
    public void The_longest_name_is_read_and_a_longer_one_refused()
    {
        var longest = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));
        Assert.True(Read(Messages.Query(longest), out var text, out _, out _, out _));
        Assert.Equal(longest, text);
        Refused(Messages.Query(longest + "d"), ResponseCode.FormatError);
    }

    [Fact]
    public void What_is_no_query_is_refused_as_it_deserves()
    {
        var good = Messages.Query("web", edns: 4096);
        Refused(good[..11], null);
        Refused(With(good, 2, 0x81), null);
        Refused(With(good, 2, 0x21), ResponseCode.NotImplemented);
        Refused(With(good, 5, 2), ResponseCode.FormatError);
        Refused(With(good, 5, 0), ResponseCode.FormatError);
        Refused(With(good, 7, 2), ResponseCode.FormatError);
        Refused(With(good, 11, 3), ResponseCode.FormatError);
        // A pointer to itself, a label of a kind that does not exist, a record that goes beyond the end.
        Refused([.. good[..12], 0xc0, 12, 0, 1, 0, 1], ResponseCode.FormatError);
        Refused(With(good, 12, 0x80), ResponseCode.FormatError);
        Refused(With(good, good.Length - 1, 1), ResponseCode.FormatError);
        Refused(good[..^1], ResponseCode.FormatError);
    }

    [Fact]
    public void A_pointer_of_a_later_record_is_passed_over_and_not_followed()
    {
        byte[] message = [.. Messages.Query("web"), 0xc0, 12, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0];
        message[11] = 1;
        Assert.True(Read(message, out _, out _, out var size, out _));
        Assert.Equal(4096, size);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        Gen.Byte.Array[0, 600].Sample(Answerable);
        // Close to a real query, which random bytes hardly ever are.
        Gen.Select(Gen.Int[0, 60], Gen.Byte, Gen.Int[0, 60], Gen.Int[0, 60]).Sample(change =>
        {
            var message = Messages.Query("some.name.example", edns: 1232);
            message[change.Item1 % message.Length] = change.Item2;
            message[change.Item3 % message.Length] ^= 0xc0;
            Answerable(message[..Math.Max(0, message.Length - (change.Item4 % 20))]);
        });
    }

    // Whatever can be read can be answered, within the limit, and is a response to what was asked.
    private static void Answerable(byte[] message)
    {
        if (!DnsQuery.TryRead(message, new char[DnsName.Longest], out var query, out _)) return;
        var buffer = new byte[query.DatagramLimit];
        var answer = new DnsAnswer(query, buffer);
        for (var i = 0; i < 50; i++) answer.Add(System.Net.IPAddress.Loopback);
        var length = answer.Complete();
        Assert.InRange(length, DnsHeader.Size + 5, query.DatagramLimit);
        Assert.True(DnsReply.Answers(buffer.AsSpan(0, length), DnsHeader.Id(message), query.Question));
    }

    private static bool Read(byte[] message, out string text, out RecordType type, out int size, out ResponseCode? refusal)
    {
        var result = DnsQuery.TryRead(message, new char[DnsName.Longest], out var query, out refusal);
        (text, type, size) = result ? (query.Name.ToString(), query.Type, query.EdnsSize) : ("", default, 0);
        return result;
    }

    private static void Refused(byte[] message, ResponseCode? expected)
    {
        Assert.False(Read(message, out _, out _, out _, out var refusal));
        Assert.Equal(expected, refusal);
    }

    private static byte[] With(byte[] message, int at, byte value)
    {
        byte[] changed = [.. message];
        changed[at] = value;
        return changed;
    }
}
