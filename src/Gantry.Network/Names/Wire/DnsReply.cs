namespace Gantry.Network.Names.Wire;

/// <summary>What an upstream server sent, looked at only as far as it takes to trust and to judge it.</summary>
internal static class DnsReply
{
    /// <summary>
    /// Whether it answers this query: its id and its question, so that nobody slips in another. A server that refuses may
    /// leave the question out.
    /// </summary>
    public static bool Answers(ReadOnlySpan<byte> reply, ushort id, ReadOnlySpan<byte> question)
    {
        if (reply.Length < DnsHeader.Size || DnsHeader.Id(reply) != id || !DnsHeader.IsResponse(reply) || !DnsHeader.IsStandard(reply)) return false;
        if (DnsHeader.Count(reply, 0) == 0) return DnsHeader.Code(reply) is not (ResponseCode.NoError or ResponseCode.NameError);
        if (DnsHeader.Count(reply, 0) != 1 || reply.Length < DnsHeader.Size + question.Length) return false;
        var asked = reply.Slice(DnsHeader.Size, question.Length);
        return asked[^4..].SequenceEqual(question[^4..]) && DnsName.Equal(asked[..^4], question[..^4]);
    }

    /// <summary>The server could not answer; another may.</summary>
    public static bool IsFailure(ReadOnlySpan<byte> reply) => DnsHeader.Code(reply) is not (ResponseCode.NoError or ResponseCode.NameError);

    /// <summary>The name, or what was asked of it, does not exist, as this server has it.</summary>
    public static bool IsNegative(ReadOnlySpan<byte> reply) =>
        DnsHeader.Code(reply) == ResponseCode.NameError || (DnsHeader.Count(reply, 1) == 0 && !DnsHeader.IsTruncated(reply));
}
