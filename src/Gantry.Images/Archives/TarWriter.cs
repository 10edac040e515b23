using System.Buffers.Binary;
using System.Text;
using Gantry.Images.Content;

namespace Gantry.Images.Archives;

/// <summary>Writes plain files into a ustar archive; names are ours and short, and the same content gives the same bytes.</summary>
internal sealed class TarWriter(Stream target)
{
    private const int BlockSize = 512;
    private const long LargestOctal = 0x1FFFFFFFF; // eleven octal digits

    /// <param name="time">When it was made, not before 1970; null for the beginning of time.</param>
    public async Task AddAsync(string name, Stream content, long size, DateTimeOffset? time, CancellationToken cancellationToken)
    {
        await target.WriteAsync(Header(name, size, Math.Max(time?.ToUnixTimeSeconds() ?? 0, 0), directory: false), cancellationToken).ConfigureAwait(false);
        using var rented = new RentedBuffer(256 * 1024);
        long written = 0;
        int read;
        while ((read = await content.ReadAsync(rented.Memory, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await target.WriteAsync(rented.Memory[..read], cancellationToken).ConfigureAwait(false);
            written += read;
        }

        if (written != size)
        {
            throw new InvalidDataException($"{name} has {written} bytes instead of {size}");
        }

        await target.WriteAsync(new byte[(int)(-size & (BlockSize - 1))], cancellationToken).ConfigureAwait(false);
    }

    public async Task AddAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        await AddAsync(name, stream, content.Length, null, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask AddDirectoryAsync(string name, CancellationToken cancellationToken) => target.WriteAsync(Header(name + "/", 0, 0, directory: true), cancellationToken);

    /// <summary>Two blocks of zeros end an archive.</summary>
    public ValueTask FinishAsync(CancellationToken cancellationToken) => target.WriteAsync(new byte[2 * BlockSize], cancellationToken);

    private static byte[] Header(string name, long size, long time, bool directory)
    {
        var header = new byte[BlockSize];
        Encoding.ASCII.GetBytes(name, header);
        Octal(header.AsSpan(100, 8), directory ? 0x1ED : 0x1A4); // 0755, 0644
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        if (size <= LargestOctal)
        {
            Octal(header.AsSpan(124, 12), size);
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        Octal(header.AsSpan(136, 12), Math.Min(time, LargestOctal));
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = directory ? (byte)'5' : (byte)'0';
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Octal(header.AsSpan(148, 7), sum);
        return header;
    }

    /// <summary>Digits to the last but one byte, then NUL.</summary>
    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }

        field[^1] = 0;
    }
}
