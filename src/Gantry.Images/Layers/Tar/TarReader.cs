using Gantry.Spec;

namespace Gantry.Images.Layers.Tar;

/// <summary>
/// Reads tar archives of all forms that image layers come in: v7, ustar, pax, GNU long names and all four GNU sparse
/// forms. Only the stream is trusted to end; every length in it is held against <see cref="TarLimits"/>.
/// </summary>
public sealed partial class TarReader(Stream source, TarLimits? limits = null)
{
    private const int BufferSize = 128 * 1024;
    private readonly TarLimits limits = limits ?? TarLimits.Default;
    private readonly byte[] buffer = new byte[BufferSize];
    private int start;
    private int end;
    private long content;
    private int padding;
    private int entries;

    /// <summary>The next member, or null at the end of the archive. What is left of the one before is skipped.</summary>
    public TarEntry? Next()
    {
        SkipContent();
        PaxRecords? pax = null;
        byte[]? longName = null, longLink = null;
        while (true)
        {
            if (!Ensure(TarHeader.Size))
            {
                return start == end ? null : throw Truncated();
            }

            var header = new TarHeader(buffer.AsSpan(start, TarHeader.Size));
            if (header.IsZero)
            {
                start += TarHeader.Size;
                return !Ensure(TarHeader.Size) || new TarHeader(buffer.AsSpan(start, TarHeader.Size)).IsZero
                    ? null
                    : throw new InvalidArgumentException("invalid tar header: a lone zero block");
            }

            if (!header.HasRightChecksum())
            {
                throw new InvalidArgumentException("invalid tar header: wrong checksum");
            }

            if (++entries > limits.Entries)
            {
                throw new InvalidArgumentException($"archive has more than {limits.Entries} entries");
            }

            switch (header.TypeFlag)
            {
                case (byte)'x':
                    (pax = new()).Read(ReadHeaderContent(header.DataSize));
                    break;
                case (byte)'g':
                    // Global records give defaults (git writes its commit there); none of them matter to a layer.
                    ReadHeaderContent(header.DataSize);
                    break;
                case (byte)'L':
                    longName = TrimmedName(ReadHeaderContent(header.DataSize));
                    break;
                case (byte)'K':
                    longLink = TrimmedName(ReadHeaderContent(header.DataSize));
                    break;
                default:
                    return Member(header, pax, longName, longLink);
            }
        }
    }

    /// <summary>The next bytes of the member's content, valid until the next call; empty at its end.</summary>
    public ReadOnlySpan<byte> ReadContent(int most = int.MaxValue)
    {
        if (content == 0 || most == 0)
        {
            return [];
        }

        if (start == end && !Ensure(1))
        {
            throw Truncated();
        }

        var length = (int)Math.Min(Math.Min(end - start, most), content);
        var piece = buffer.AsSpan(start, length);
        start += length;
        content -= length;
        return piece;
    }

    /// <summary>Reads to the end of the stream, beyond the end of the archive: padding is part of what was hashed.</summary>
    public void Drain()
    {
        start = end = 0;
        while (source.Read(buffer) > 0)
        {
        }
    }

    private TarEntry Member(TarHeader header, PaxRecords? pax, byte[]? longName, byte[]? longLink)
    {
        var name = pax?.SparseName ?? pax?.Path ?? longName ?? header.Name();
        var flag = header.TypeFlag;
        var type = flag switch
        {
            (byte)'1' => TarEntryType.HardLink,
            (byte)'2' => TarEntryType.SymbolicLink,
            (byte)'3' => TarEntryType.CharacterDevice,
            (byte)'4' => TarEntryType.BlockDevice,
            (byte)'5' => TarEntryType.Directory,
            (byte)'6' => TarEntryType.Fifo,
            0 or (byte)'0' or (byte)'7' or (byte)'S' => name is [.., (byte)'/'] ? TarEntryType.Directory : TarEntryType.Regular,
            _ => throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: unknown type {(char)Math.Clamp(flag, (byte)' ', (byte)'~')}"),
        };
        var size = pax?.Size ?? header.DataSize;
        if (size < 0)
        {
            throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: size {size}");
        }

        var time = pax?.ModifiedNanoseconds ?? Math.Clamp(header.ModifiedSeconds, -9_000_000_000, 9_000_000_000) * 1_000_000_000;
        var entry = (Uid: Id(pax?.Uid ?? header.Uid), Gid: Id(pax?.Gid ?? header.Gid), header.Mode,
            Major: (uint)header.DeviceMajor, Minor: (uint)header.DeviceMinor, Link: pax?.LinkPath ?? longLink ?? header.LinkName.ToArray());
        var oldSparse = flag == 'S' ? new OldSparse(header, limits, name) : null;
        start += TarHeader.Size;
        // Only files have content; some programs write the size of a link's target into its header.
        content = type == TarEntryType.Regular || (type == TarEntryType.HardLink && pax?.Size is not null) ? size : 0;
        padding = Padding(content);
        var sparse = type == TarEntryType.Regular ? ReadSparse(pax, oldSparse, name) : null;
        return new TarEntry
        {
            Type = type,
            Name = name,
            LinkName = entry.Link,
            Permissions = entry.Mode,
            Uid = entry.Uid,
            Gid = entry.Gid,
            Size = sparse?.RealSize ?? size,
            ModifiedNanoseconds = time,
            DeviceMajor = entry.Major,
            DeviceMinor = entry.Minor,
            Xattrs = pax is null ? [] : pax.Xattrs,
            Sparse = sparse?.Extents,
        };

        uint Id(long id) => id is >= 0 and < uint.MaxValue
            ? (uint)id
            : throw new InvalidArgumentException($"invalid entry {TarText.Display(name)}: owner {id}");
    }

    private static int Padding(long size) => (int)(-size & (TarHeader.Size - 1));

    private static byte[] TrimmedName(ReadOnlySpan<byte> name)
    {
        var zero = name.IndexOf((byte)0);
        return (zero < 0 ? name : name[..zero]).ToArray();
    }

    /// <summary>The content of an extension header, a copy; the reader stands at the next header afterwards.</summary>
    private byte[] ReadHeaderContent(long size)
    {
        if (size < 0 || size > limits.Header)
        {
            throw new InvalidArgumentException($"invalid tar header: extension of {size} bytes, more than {limits.Header}");
        }

        start += TarHeader.Size;
        content = size;
        padding = Padding(size);
        var result = new byte[size];
        var filled = 0;
        while (filled < size)
        {
            var piece = ReadContent();
            piece.CopyTo(result.AsSpan(filled));
            filled += piece.Length;
        }

        SkipContent();
        return result;
    }

    private void SkipContent()
    {
        while (content > 0)
        {
            ReadContent();
        }

        if (padding > 0 && Ensure(padding))
        {
            start += padding;
        }

        padding = 0;
    }

    /// <summary>True if so many bytes stand in the buffer; false at the end of the stream.</summary>
    private bool Ensure(int length)
    {
        if (end - start >= length)
        {
            return true;
        }

        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        while (end < length)
        {
            var read = source.Read(buffer.AsSpan(end));
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }

    private static InvalidArgumentException Truncated() => new("archive is truncated: unexpected end of tar stream");
}
