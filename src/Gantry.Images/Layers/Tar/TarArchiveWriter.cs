using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Gantry.Images.Layers.Tar;

/// <summary>
/// Writes tar archives with all that <see cref="TarReader"/> reads but holes: ustar where it can say everything, pax records
/// (pax(1), "pax Extended Header Format") where it cannot. Blocks on the stream.
/// </summary>
public sealed class TarArchiveWriter(Stream target)
{
    private const int BlockSize = 512;
    private const int NameLength = 100;
    private const long LargestSize = 0x1FFFFFFFF; // eleven octal digits
    private const uint LargestId = 0x1FFFFF; // seven octal digits
    private const int LongestNumber = 40;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private readonly byte[] header = new byte[BlockSize];
    private readonly ArrayBufferWriter<byte> records = new();

    /// <summary>Begins a member; <see cref="TarEntry.Size"/> bytes of content must follow for a regular file.</summary>
    public void Begin(TarEntry entry)
    {
        NoteRecords(entry);
        if (records.WrittenCount > 0)
        {
            Fill("PaxHeaders.0/x"u8, [], (byte)'x', 0x1A4, 0, 0, records.WrittenCount, 0, 0, 0);
            target.Write(header);
            target.Write(records.WrittenSpan);
            Pad(records.WrittenCount);
        }

        var (seconds, _) = Split(entry.ModifiedNanoseconds);
        Fill(
            entry.Name, entry.LinkName, Flag(entry.Type), entry.Permissions, entry.Uid, entry.Gid,
            entry.Type == TarEntryType.Regular ? entry.Size : 0, Math.Clamp(seconds, 0, LargestSize), entry.DeviceMajor, entry.DeviceMinor);
        target.Write(header);
    }

    public void Write(ReadOnlySpan<byte> content) => target.Write(content);

    /// <summary>Ends the content of a regular file of that size.</summary>
    public void Pad(long size) => target.Write(stackalloc byte[(int)(-size & (BlockSize - 1))]);

    /// <summary>Two blocks of zeros end an archive.</summary>
    public void Finish()
    {
        target.Write(new byte[2 * BlockSize]);
        target.Flush();
    }

    private static byte Flag(TarEntryType type) => type switch
    {
        TarEntryType.HardLink => (byte)'1',
        TarEntryType.SymbolicLink => (byte)'2',
        TarEntryType.CharacterDevice => (byte)'3',
        TarEntryType.BlockDevice => (byte)'4',
        TarEntryType.Directory => (byte)'5',
        TarEntryType.Fifo => (byte)'6',
        _ => (byte)'0',
    };

    private void NoteRecords(TarEntry entry)
    {
        records.ResetWrittenCount();
        if (entry.Name.Length > NameLength || !Ascii.IsValid(entry.Name))
        {
            Record("path", entry.Name);
        }

        if (entry.LinkName.Length > NameLength || !Ascii.IsValid(entry.LinkName))
        {
            Record("linkpath", entry.LinkName);
        }

        if (entry.Size > LargestSize)
        {
            Record("size", entry.Size);
        }

        if (entry.Uid > LargestId)
        {
            Record("uid", entry.Uid);
        }

        if (entry.Gid > LargestId)
        {
            Record("gid", entry.Gid);
        }

        var (seconds, nanoseconds) = Split(entry.ModifiedNanoseconds);
        if (nanoseconds != 0 || seconds is < 0 or > LargestSize)
        {
            Span<byte> time = stackalloc byte[LongestNumber];
            Record("mtime", time[..Format(time, seconds, nanoseconds)]);
        }

        foreach (var (name, value) in entry.Xattrs)
        {
            Record("SCHILY.xattr." + name, value);
        }
    }

    /// <returns>The length of a time as text.</returns>
    private static int Format(Span<byte> text, long seconds, long nanoseconds)
    {
        // Before 1970 the whole is one number below zero: -1.25 is second -2 and 750000000 nanoseconds.
        var negative = seconds < 0;
        if (negative && nanoseconds > 0)
        {
            (seconds, nanoseconds) = (seconds + 1, NanosecondsPerSecond - nanoseconds);
        }

        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{(negative && seconds == 0 ? "-" : "")}{seconds}", out var length);
        if (nanoseconds == 0)
        {
            return length;
        }

        Utf8.TryWrite(text[length..], CultureInfo.InvariantCulture, $".{nanoseconds:D9}", out var fraction);
        return text[..(length + fraction)].TrimEnd((byte)'0').Length;
    }

    /// <summary>Nanoseconds since 1970 as whole seconds, and what is above them.</summary>
    internal static (long Seconds, long Nanoseconds) Split(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        return rest < 0 ? (seconds - 1, rest + NanosecondsPerSecond) : (seconds, rest);
    }

    private void Record(string key, long value)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        Record(key, digits[..length]);
    }

    /// <summary>A record begins with its own length in digits, which those digits are part of.</summary>
    private void Record(string key, ReadOnlySpan<byte> value)
    {
        var keyLength = Encoding.UTF8.GetByteCount(key);
        var rest = keyLength + value.Length + 3; // blank, equals sign, line end
        var length = rest + 1;
        while (length != rest + Digits(length))
        {
            length = rest + Digits(length);
        }

        var record = records.GetSpan(length)[..length];
        length.TryFormat(record, out var at, provider: CultureInfo.InvariantCulture);
        record[at] = (byte)' ';
        Encoding.UTF8.GetBytes(key, record[(at + 1)..]);
        record[at + 1 + keyLength] = (byte)'=';
        value.CopyTo(record[(at + 2 + keyLength)..]);
        record[^1] = (byte)'\n';
        records.Advance(length);
    }

    private static int Digits(int value)
    {
        var count = 1;
        for (; value >= 10; value /= 10)
        {
            count++;
        }

        return count;
    }

    private void Fill(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, byte flag, uint permissions, uint uid, uint gid, long size, long modified, uint major, uint minor)
    {
        Array.Clear(header);
        Cut(name).CopyTo(header);
        Octal(100, 8, permissions);
        Octal(108, 8, Math.Min(uid, LargestId));
        Octal(116, 8, Math.Min(gid, LargestId));
        if (size <= LargestSize)
        {
            Octal(124, 12, size);
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        Octal(136, 12, modified);
        header[156] = flag;
        Cut(link).CopyTo(header.AsSpan(157));
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        if (flag is (byte)'3' or (byte)'4')
        {
            Octal(329, 8, major);
            Octal(337, 8, minor);
        }

        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(148, 7, TarHeader.Sum(header));
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name) => name.Length > NameLength ? name[..NameLength] : name;

    /// <summary>Digits to the last but one byte, then NUL.</summary>
    private void Octal(int offset, int length, long value)
    {
        for (var i = length - 2; i >= 0; i--, value >>= 3)
        {
            header[offset + i] = (byte)('0' + (value & 7));
        }
    }
}
