using System.Text;
using Gantry.Images.Layers.Tar;

namespace Gantry.Tests.Images;

public sealed class TarArchiveWriterTests
{
    private const long Odd = 1_700_000_000_123_456_789;

    [Fact]
    public void What_is_written_is_read_back()
    {
        TarEntry[] entries =
        [
            new() { Type = TarEntryType.Directory, Name = "d/"u8.ToArray(), Permissions = 0x3FF, Uid = 1, Gid = 2, ModifiedNanoseconds = Odd },
            new() { Type = TarEntryType.Regular, Name = Encoding.UTF8.GetBytes(new string('n', 300) + "ä"), Permissions = 0x9ED, Uid = 3_000_000, Gid = 4_000_000_000, Size = 5, ModifiedNanoseconds = -1_250_000_000, Xattrs = [new("user.a", [0, (byte)'\n', 255])] },
            new() { Type = TarEntryType.SymbolicLink, Name = "l"u8.ToArray(), LinkName = Encoding.UTF8.GetBytes(new string('t', 200)) },
            new() { Type = TarEntryType.HardLink, Name = "h"u8.ToArray(), LinkName = "l"u8.ToArray() },
            new() { Type = TarEntryType.CharacterDevice, Name = [0xFF, 0xFE], DeviceMajor = 1, DeviceMinor = 3 },
            new() { Type = TarEntryType.Fifo, Name = "f"u8.ToArray() },
        ];
        using var archive = new MemoryStream();
        var writer = new TarArchiveWriter(archive);
        foreach (var entry in entries)
        {
            writer.Begin(entry);
            if (entry.Size > 0)
            {
                writer.Write("hello"u8);
                writer.Pad(entry.Size);
            }
        }

        writer.Finish();
        archive.Position = 0;
        var reader = new TarReader(archive);
        foreach (var expected in entries)
        {
            var read = reader.Next()!;
            Assert.Equal(
                (expected.Type, Encoding.Latin1.GetString(expected.Name).TrimEnd('/'), Encoding.Latin1.GetString(expected.LinkName), expected.Permissions, expected.Uid, expected.Gid, expected.Size, expected.ModifiedNanoseconds, expected.DeviceMajor, expected.DeviceMinor),
                (read.Type, Encoding.Latin1.GetString(read.Name).TrimEnd('/'), Encoding.Latin1.GetString(read.LinkName), read.Permissions, read.Uid, read.Gid, read.Size, read.ModifiedNanoseconds, read.DeviceMajor, read.DeviceMinor));
            Assert.Equal(expected.Xattrs.Select(x => (x.Key, Convert.ToHexString(x.Value))), read.Xattrs.Select(x => (x.Key, Convert.ToHexString(x.Value))));
        }

        Assert.Null(reader.Next());
    }
}
