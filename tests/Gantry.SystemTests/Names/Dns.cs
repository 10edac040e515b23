using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Gantry.SystemTests.Names;

/// <summary>DNS messages, written without the code under test.</summary>
internal static class Dns
{
    public static byte[] Query(string name, ushort type = 1, ushort id = 1)
    {
        List<byte> bytes = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in name.Split('.')) bytes.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        return [.. bytes, 0, (byte)(type >> 8), (byte)type, 0, 1];
    }

    /// <summary>The answer with these addresses to a query; with none, that there is nothing.</summary>
    public static byte[] Answer(byte[] query, params string[] addresses) => Response(query, 0, addresses);

    /// <summary>The same with a code: 2 server failure, 3 no such name, 5 refused.</summary>
    public static byte[] Response(byte[] query, byte code, params string[] addresses)
    {
        List<byte> bytes = [.. query[..QuestionEnd(query)]];
        (bytes[2], bytes[3]) = ((byte)(query[2] | 0x80), (byte)(0x80 | code));
        (bytes[6], bytes[7]) = ((byte)(addresses.Length >> 8), (byte)addresses.Length);
        bytes[10] = bytes[11] = 0;
        foreach (var address in addresses) bytes.AddRange([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        return [.. bytes];
    }

    public static string Name(byte[] query)
    {
        List<string> labels = [];
        for (var at = 12; query[at] > 0; at += query[at] + 1) labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        return string.Join('.', labels);
    }

    public static int AnswerCount(byte[] message) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(6));

    private static int QuestionEnd(byte[] query)
    {
        var at = 12;
        while (query[at] > 0) at += query[at] + 1;
        return at + 5;
    }
}
