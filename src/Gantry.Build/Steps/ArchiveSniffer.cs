using Gantry.Images.Layers;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>Tells whether a file is an archive that ADD extracts: a tar, plain or compressed.</summary>
public static class ArchiveSniffer
{
    private const int BlockSize = 512;

    /// <summary>Reads the beginning of a file.</summary>
    public static bool IsArchive(Stream file)
    {
        try
        {
            using var content = LayerCompression.Open(new KeptOpen(file));
            var header = new byte[BlockSize];
            return content.ReadAtLeast(header, BlockSize, throwOnEndOfStream: false) == BlockSize && HasChecksum(header);
        }
        catch (Exception e) when (e is InvalidDataException or GantryException or IOException)
        {
            return false;
        }
    }

    /// <summary>A header's bytes add up to the number in it, its own eight counted as blanks (tar(5)).</summary>
    private static bool HasChecksum(byte[] header)
    {
        const int start = 148;
        const int length = 8;
        var said = System.Text.Encoding.ASCII.GetString(header, start, length).Trim(' ', '\0');
        if (said.Length == 0 || said.Any(c => c is < '0' or > '7'))
        {
            return false;
        }

        var sum = header.Select((value, at) => at is >= start and < start + length ? 32 : (int)value).Sum();
        return Convert.ToInt32(said, 8) == sum;
    }

    private sealed class KeptOpen(Stream inner) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => inner.Read(buffer);
    }
}
