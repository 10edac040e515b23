using System.Formats.Tar;
using System.IO.Pipelines;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>A tar of entries of a context, made while it is read.</summary>
internal sealed class ContextArchive
{
    private const uint KindMask = 0xF000;
    private const int ShortName = 100;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, minimumSegmentSize: 1 << 16));

    /// <param name="extra">Files that are not in the directory, by their name in the archive.</param>
    public ContextArchive(string directory, IReadOnlyList<BuildContextEntry> entries, IReadOnlyDictionary<string, byte[]>? extra = null)
    {
        new Thread(() => Write(directory, entries, extra)) { IsBackground = true }.Start();
        Stream = _pipe.Reader.AsStream();
    }

    public Stream Stream { get; }

    private void Write(string directory, IReadOnlyList<BuildContextEntry> entries, IReadOnlyDictionary<string, byte[]>? extra)
    {
        try
        {
            using (var stream = _pipe.Writer.AsStream(leaveOpen: true))
            using (var tar = new TarWriter(stream, TarEntryFormat.Pax))
            {
                foreach (var entry in entries) Write(tar, directory, entry);
                foreach (var (name, content) in extra ?? new Dictionary<string, byte[]>())
                {
                    tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                }
            }

            _pipe.Writer.Complete();
        }
        catch (Exception e)
        {
            // Whoever reads gets it thrown there.
            _pipe.Writer.Complete(e);
        }
    }

    private static void Write(TarWriter tar, string directory, BuildContextEntry entry)
    {
        var type = (entry.Mode & KindMask) switch { 0x4000 => TarEntryType.Directory, 0xA000 => TarEntryType.SymbolicLink, _ => TarEntryType.RegularFile };
        var name = type == TarEntryType.Directory ? entry.Path + "/" : entry.Path;
        // A third of the size, for names that fit.
        TarEntry item = entry.Path.Length < ShortName && entry.Link is null && System.Text.Ascii.IsValid(name) ? new UstarTarEntry(type, name) : new PaxTarEntry(type, name);
        item.Mode = (UnixFileMode)(entry.Mode & 0xFFF);
        item.ModificationTime = DateTimeOffset.UnixEpoch.AddTicks(entry.Modified / 100);
        if (entry.Link is { } link) item.LinkName = link;
        if (type != TarEntryType.RegularFile)
        {
            tar.WriteEntry(item);
            return;
        }

        using var file = new FileStream(Path.Combine(directory, entry.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        item.DataStream = file;
        tar.WriteEntry(item);
    }
}
