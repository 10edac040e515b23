using System.Globalization;
using System.Text;

namespace Gantry.Tests.Images;

/// <summary>Writes tar archives as they should not be, too: every field can be anything.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A MemoryStream holds nothing to release.")]
internal sealed class TarBuilder
{
    private readonly MemoryStream archive = new();

    public TarBuilder File(string name, string content = "", int mode = 0x1A4) => Entry('0', name, Encoding.UTF8.GetBytes(content), mode: mode);

    public TarBuilder Directory(string name, int mode = 0x1ED) => Entry('5', name, [], mode: mode);

    public TarBuilder Symlink(string name, string target) => Entry('2', name, [], target);

    public TarBuilder HardLink(string name, string target) => Entry('1', name, [], target);

    public TarBuilder Device(string name, int major, int minor, char type = '3') => Entry(type, name, [], major: major, minor: minor);

    /// <summary>Records for the entry that follows.</summary>
    public TarBuilder Pax(params (string Key, string Value)[] records)
    {
        var content = new StringBuilder();
        foreach (var (key, value) in records)
        {
            var length = Encoding.UTF8.GetByteCount($" {key}={value}\n");
            var whole = length + 1;
            while (whole.ToString(CultureInfo.InvariantCulture).Length + length != whole)
            {
                whole++;
            }

            content.Append(CultureInfo.InvariantCulture, $"{whole} {key}={value}\n");
        }

        return Entry('x', "pax", Encoding.UTF8.GetBytes(content.ToString()));
    }

    public TarBuilder Entry(char type, string name, byte[] content, string link = "", int mode = 0x1A4, long? size = null, int major = 0, int minor = 0, bool badChecksum = false)
    {
        var header = new byte[512];
        Encoding.UTF8.GetBytes(name).AsSpan().CopyTo(header);
        Octal(100, 8, mode);
        Octal(108, 8, 0);
        Octal(116, 8, 0);
        Octal(124, 12, size ?? content.Length);
        Octal(136, 12, 1_700_000_000);
        header[156] = (byte)type;
        Encoding.UTF8.GetBytes(link).AsSpan().CopyTo(header.AsSpan(157));
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        Octal(329, 8, major);
        Octal(337, 8, minor);
        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(148, 7, header.Sum(b => b) + (badChecksum ? 1 : 0));
        archive.Write(header);
        archive.Write(content);
        archive.Write(new byte[-content.Length & 511]);
        return this;

        void Octal(int offset, int length, long value) =>
            Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(header.AsSpan(offset));
    }

    public TarBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        archive.Write(bytes);
        return this;
    }

    public byte[] ToArray() => [.. archive.ToArray(), .. new byte[1024]];

    public byte[] Unfinished() => archive.ToArray();
}
