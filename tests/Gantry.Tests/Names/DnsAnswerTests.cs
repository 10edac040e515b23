using System.Net;
using Gantry.Network.Names.Wire;

namespace Gantry.Tests.Names;

public sealed class DnsAnswerTests
{
    [Fact]
    public void An_address_is_answered_byte_for_byte()
    {
        byte[] expected =
        [
            0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
            3, (byte)'W', (byte)'e', (byte)'b', 0, 0, 1, 0, 1,
            0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0x02, 0x58, 0, 4, 172, 18, 0, 2,
        ];
        Assert.Equal(expected, Answer(Messages.Query("Web"), 512, IPAddress.Parse("172.18.0.2")));
    }

    [Fact]
    public void A_reverse_name_and_an_option_record_are_answered_byte_for_byte()
    {
        byte[] expected =
        [
            0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 1,
            1, (byte)'2', 1, (byte)'0', 2, (byte)'1', (byte)'8', 3, (byte)'1', (byte)'7', (byte)'2',
            7, (byte)'i', (byte)'n', (byte)'-', (byte)'a', (byte)'d', (byte)'d', (byte)'r', 4, (byte)'a', (byte)'r', (byte)'p', (byte)'a', 0, 0, 12, 0, 1,
            0xc0, 0x0c, 0, 12, 0, 1, 0, 0, 0x02, 0x58, 0, 7, 1, (byte)'w', 3, (byte)'n', (byte)'e', (byte)'t', 0,
            0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0,
        ];
        DnsQuery.TryRead(Messages.Query("2.0.18.172.in-addr.arpa", type: 12, edns: 1232), new char[DnsName.Longest], out var query, out _);
        var buffer = new byte[512];
        var answer = new DnsAnswer(query, buffer);
        answer.Add("w.net");
        Assert.Equal(expected, buffer[..answer.Complete()]);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1232, 75)]
    public void What_does_not_fit_is_left_out_and_said_so(ushort edns, int fitting)
    {
        var addresses = Enumerable.Range(1, 100).Select(n => new IPAddress([10, 0, 0, (byte)n])).ToArray();
        var limit = edns == 0 ? 512 : edns;
        var answer = Answer(Messages.Query("web", edns: edns), limit, addresses);
        Assert.Equal(fitting, Messages.Count(answer, 1));
        Assert.True(DnsHeader.IsTruncated(answer));
        Assert.InRange(answer.Length, limit - 16, limit);
        var all = Answer(Messages.Query("web", edns: edns), 65535, addresses);
        Assert.Equal(100, Messages.Count(all, 1));
        Assert.False(DnsHeader.IsTruncated(all));
    }

    [Fact]
    public void Only_the_answer_to_this_question_is_taken()
    {
        var question = Messages.Query("web.example")[12..];
        byte[] Reply(string name, ushort id, ushort type = 1)
        {
            var reply = Messages.Query(name, type, id: id);
            reply[2] = 0x81;
            return reply;
        }

        Assert.True(DnsReply.Answers(Reply("web.example", 7), 7, question));
        Assert.True(DnsReply.Answers(Reply("WEB.Example", 7), 7, question));
        Assert.False(DnsReply.Answers(Reply("web.example", 8), 7, question));
        Assert.False(DnsReply.Answers(Reply("wab.example", 7), 7, question));
        Assert.False(DnsReply.Answers(Reply("web.example", 7, type: 28), 7, question));
        Assert.False(DnsReply.Answers(Messages.Query("web.example", id: 7), 7, question));
        Assert.False(DnsReply.Answers(Reply("web.example", 7).AsSpan(0, 20), 7, question));
        // Without a question only a refusal.
        byte[] refused = [0, 7, 0x80, 5, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] empty = [0, 7, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(DnsReply.Answers(refused, 7, question));
        Assert.False(DnsReply.Answers(empty, 7, question));
    }

    private static byte[] Answer(byte[] message, int limit, params IPAddress[] addresses)
    {
        Assert.True(DnsQuery.TryRead(message, new char[DnsName.Longest], out var query, out _));
        var buffer = new byte[limit];
        var answer = new DnsAnswer(query, buffer);
        foreach (var address in addresses) answer.Add(address);
        return buffer[..answer.Complete()];
    }
}
