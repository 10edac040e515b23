using System.Buffers.Binary;
using System.Globalization;
using System.Text;

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
    private const long NanosecondsPerSecond = 1_000_000_000;
    private readonly byte[] header = new byte[BlockSize];

    /// <summary>Begins a member; <see cref="TarEntry.Size"/> bytes of content must follow for a regular file.</summary>
    public void Begin(TarEntry entry)
    {
        var records = Records(entry);
        if (records.Length > 0)
        {
            Fill("PaxHeaders.0/x"u8, [], (byte)'x', 0x1A4, 0, 0, records.Length, 0, 0, 0);
            target.Write(header);
            target.Write(records);
            Pad(records.Length);
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

    private static byte[] Records(TarEntry entry)
    {
        using var records = new MemoryStream();
        if (entry.Name.Length > NameLength || !Ascii.IsValid(entry.Name))
        {
            Record(records, "path", entry.Name);
        }

        if (entry.LinkName.Length > NameLength || !Ascii.IsValid(entry.LinkName))
        {
            Record(records, "linkpath", entry.LinkName);
        }

        if (entry.Size > LargestSize)
        {
            Record(records, "size", Decimal(entry.Size));
        }

        if (entry.Uid > LargestId)
        {
            Record(records, "uid", Decimal(entry.Uid));
        }

        if (entry.Gid > LargestId)
        {
            Record(records, "gid", Decimal(entry.Gid));
        }

        var (seconds, nanoseconds) = Split(entry.ModifiedNanoseconds);
        if (nanoseconds != 0 || seconds is < 0 or > LargestSize)
        {
            Record(records, "mtime", Time(seconds, nanoseconds));
        }

        foreach (var (name, value) in entry.Xattrs)
        {
            Record(records, "SCHILY.xattr." + name, value);
        }

        return records.ToArray();
    }

    private static byte[] Decimal(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private static byte[] Time(long seconds, long nanoseconds)
    {
        // Before 1970 the whole is one number below zero: -1.25 is second -2 and 750000000 nanoseconds.
        var negative = seconds < 0;
        if (negative && nanoseconds > 0)
        {
            (seconds, nanoseconds) = (seconds + 1, NanosecondsPerSecond - nanoseconds);
        }

        var fraction = nanoseconds == 0 ? "" : "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return Encoding.ASCII.GetBytes((negative && seconds == 0 ? "-" : "") + seconds.ToString(CultureInfo.InvariantCulture) + fraction);
    }

    private static (long Seconds, long Nanoseconds) Split(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        return rest < 0 ? (seconds - 1, rest + NanosecondsPerSecond) : (seconds, rest);
    }

    /// <summary>A record begins with its own length in digits, which those digits are part of.</summary>
    private static void Record(MemoryStream records, string key, ReadOnlySpan<byte> value)
    {
        var rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3; // blank, equals sign, line end
        var length = rest + 1;
        while (length != rest + Digits(length))
        {
            length = rest + Digits(length);
        }

        records.Write(Encoding.UTF8.GetBytes($"{length.ToString(CultureInfo.InvariantCulture)} {key}="));
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private static int Digits(int value) => value.ToString(CultureInfo.InvariantCulture).Length;

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
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Octal(148, 7, sum);
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
