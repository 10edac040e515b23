using System.Buffers.Binary;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Eight bytes before each payload: type, argument, two zeros, length (big endian).</summary>
public readonly record struct FrameHeader(FrameType Type, byte Argument, int Length)
{
    public const int Size = 8;

    /// <summary>Room for an exec with the largest argument list the kernel takes (execve(2): 6 MiB), and more.</summary>
    public const int MaximumLength = 8 * 1024 * 1024;

    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)Type;
        destination[1] = Argument;
        destination[2] = 0;
        destination[3] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], Length);
    }

    /// <exception cref="InvalidArgumentException">The length is beyond <see cref="MaximumLength"/>, or the padding is not zero.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        if (length > MaximumLength || source[2] != 0 || source[3] != 0)
        {
            throw new InvalidArgumentException($"monitor frame of type 0x{source[0]:x2} has a bad header (length {length})");
        }

        header = new FrameHeader((FrameType)source[0], source[1], (int)length);
        return true;
    }
}
