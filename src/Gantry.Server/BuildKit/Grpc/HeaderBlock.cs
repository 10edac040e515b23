using System.Buffers;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>Blocks of headers as HTTP/2's client of .NET makes them: no entry of the dynamic table, no Huffman code (RFC 7541, section 6).</summary>
internal static class HeaderBlock
{
    /// <summary>The block with a field for each part of a value that has the separator.</summary>
    public static byte[] Split(byte[] block, byte separator)
    {
        if (!block.AsSpan().Contains(separator))
        {
            return block;
        }

        var output = new ArrayBufferWriter<byte>(block.Length + 256);
        var at = 0;
        while (at < block.Length)
        {
            var start = at;
            var first = block[at];
            if ((first & 0xE0) == 0x20 || (first & 0x80) != 0)
            {
                // The table's size, or a field that is in the table as a whole.
                Integer(block, ref at, (first & 0x80) != 0 ? 7 : 5);
                output.Write(block.AsSpan(start, at - start));
                continue;
            }

            if (Integer(block, ref at, (first & 0x40) != 0 ? 6 : 4) == 0)
            {
                Text(block, ref at);
            }

            var name = block.AsSpan(start, at - start);
            var valueStart = at;
            var value = Text(block, ref at);
            if (!value.Contains(separator))
            {
                output.Write(name);
                output.Write(block.AsSpan(valueStart, at - valueStart));
                continue;
            }

            foreach (var range in value.Split(separator))
            {
                output.Write(name);
                WriteText(output, value[range]);
            }
        }

        return output.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> Text(byte[] block, ref int at)
    {
        var length = Integer(block, ref at, 7);
        var text = block.AsSpan(at, length);
        at += length;
        return text;
    }

    // RFC 7541, section 5.1.
    private static int Integer(byte[] block, ref int at, int bits)
    {
        var most = (1 << bits) - 1;
        var value = block[at++] & most;
        if (value < most)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            var part = block[at++];
            value += (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        var span = output.GetSpan(8);
        var count = 1;
        var left = text.Length;
        if (left < 0x7F)
        {
            span[0] = (byte)left;
        }
        else
        {
            span[0] = 0x7F;
            for (left -= 0x7F; left >= 0x80; left >>= 7)
            {
                span[count++] = (byte)(left | 0x80);
            }

            span[count++] = (byte)left;
        }

        output.Advance(count);
        output.Write(text);
    }
}
