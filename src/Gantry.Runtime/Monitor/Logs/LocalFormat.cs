using System.Buffers.Binary;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>
/// Docker's <c>local</c>: a protocol buffer (<see cref="EntryFormat"/>) between two copies of its length, four bytes each, most
/// significant first, so that a file can be read from both ends.
/// </summary>
/// <param name="attributes">What stands in each entry as <c>attrs</c>.</param>
internal sealed class LocalFormat(IReadOnlyDictionary<string, string>? attributes) : ILogFormat
{
    private const int LengthSize = sizeof(uint);

    private readonly EntryFormat entry = new(attributes);

    public int Room(in LogMessage message) => entry.Room(message) + (2 * LengthSize);

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var length = entry.Write(destination[LengthSize..], message);
        BinaryPrimitives.WriteInt32BigEndian(destination, length);
        BinaryPrimitives.WriteInt32BigEndian(destination[(LengthSize + length)..], length);
        return length + (2 * LengthSize);
    }

    public void Repair(AppendFile file)
    {
        if (!EndsWhole(file))
        {
            file.CutTo(EndOfWholeEntries(file));
        }
    }

    private static bool EndsWhole(AppendFile file) =>
        file.Length == 0
        || (LengthAt(file, file.Length - LengthSize) is >= 0 and var last && LengthAt(file, file.Length - last - (2 * LengthSize)) == last);

    private static long EndOfWholeEntries(AppendFile file)
    {
        var end = 0L;
        while (LengthAt(file, end) is > 0 and var length && LengthAt(file, end + LengthSize + length) == length)
        {
            end += length + (2 * LengthSize);
        }

        return end;
    }

    private static int LengthAt(AppendFile file, long offset)
    {
        Span<byte> length = stackalloc byte[LengthSize];
        return offset >= 0 && RawIo.ReadAt(file.Descriptor, length, offset) == LengthSize ? BinaryPrimitives.ReadInt32BigEndian(length) : -1;
    }
}
