using System.Formats.Tar;
using System.IO.Pipelines;

namespace Gantry.Cli.Copy;

/// <summary>A tar of files of this machine, made while it is read.</summary>
internal sealed class LocalArchive
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));
    private readonly Thread _writer;

    /// <param name="path">What to pack; with <c>/.</c> at its end, the content of a directory.</param>
    /// <param name="name">What it is called in the archive.</param>
    public LocalArchive(string path, string name)
    {
        _writer = new Thread(() => Write(path, name)) { IsBackground = true };
        _writer.Start();
    }

    public Stream Stream => field ??= _pipe.Reader.AsStream();

    private void Write(string path, string name)
    {
        try
        {
            using (var stream = _pipe.Writer.AsStream(leaveOpen: true))
            using (var tar = new TarWriter(stream, TarEntryFormat.Pax))
            {
                Add(tar, path.EndsWith("/.", StringComparison.Ordinal) ? path[..^1] : path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/", name);
            }

            _pipe.Writer.Complete();
        }
        catch (Exception e)
        {
            // Whoever reads gets it thrown there.
            _pipe.Writer.Complete(e);
        }
    }

    private static void Add(TarWriter tar, string path, string name)
    {
        var attributes = File.GetAttributes(path);
        if (!attributes.HasFlag(FileAttributes.Directory) || (attributes.HasFlag(FileAttributes.ReparsePoint) && !path.EndsWith('/')))
        {
            tar.WriteEntry(path, name);
            return;
        }

        tar.WriteEntry(path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/", name + "/");
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal)) Add(tar, entry, $"{name}/{Path.GetFileName(entry)}");
    }
}
