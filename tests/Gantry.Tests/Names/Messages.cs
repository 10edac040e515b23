using System.Buffers.Binary;
using System.Text;

namespace Gantry.Tests.Names;

/// <summary>DNS messages written by hand, so that the codec is not tested with itself.</summary>
internal static class Messages
{
    /// <summary>A query with recursion desired: id 0x1234, one question, an OPT record where a size is given.</summary>
    public static byte[] Query(string name, ushort type = 1, ushort edns = 0, ushort id = 0x1234)
    {
        List<byte> bytes = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns > 0 ? 1 : 0)];
        bytes.AddRange(Name(name));
        bytes.AddRange([(byte)(type >> 8), (byte)type, 0, 1]);
        if (edns > 0) bytes.AddRange([0, 0, 41, (byte)(edns >> 8), (byte)edns, 0, 0, 0, 0, 0, 0]);
        return [.. bytes];
    }

    public static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => Encoding.UTF8.GetBytes(label).Prepend((byte)Encoding.UTF8.GetByteCount(label))), 0];

    public static int Count(ReadOnlySpan<byte> message, int section) => BinaryPrimitives.ReadUInt16BigEndian(message[(4 + (2 * section))..]);
}
