using System.Text;
using Gantry.Images.Content;
using Gantry.Images.Layers.Tar;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;

namespace Gantry.Images.Trees;

/// <summary>What is in some directories as the archive of a layer has it, written before the layer is whole.</summary>
public sealed class ArchiveParts : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private readonly FileStream file;
    private readonly Dictionary<string, Part> written = new(StringComparer.Ordinal);
    private readonly HashSet<string> placed = new(StringComparer.Ordinal);

    /// <param name="directory">On the file system where a file without a name holds them.</param>
    public ArchiveParts(string directory) => file = new(AppendFile.OpenUnnamed(directory).IntoFileHandle(), FileAccess.ReadWrite, bufferSize: 0);

    /// <summary>Writes what is in a directory; nothing where that is cancelled.</summary>
    /// <param name="path">Of the directory in the layer, without a slash at either end. Its content is taken from here once it <see cref="Place"/>d.</param>
    public void Write(RootedDirectory directory, string path, CancellationToken cancellationToken)
    {
        var start = file.Length;
        // Not disposed: what is in it when something fails is not to be written.
        var buffer = new BufferedStream(file, BufferSize);
        try
        {
            var archive = new TreeArchive(buffer, cancellationToken) { IsLayer = true };
            archive.AddContents(directory, Encoding.UTF8.GetBytes(path));
            buffer.Flush();
            written[KeyOf(path)] = new(start, file.Length - start, archive.Usage);
        }
        catch
        {
            file.SetLength(start);
            file.Position = start;
            throw;
        }
    }

    /// <summary>The directory is in the layer now, as it was written.</summary>
    public void Place(string path) => placed.Add(KeyOf(path));

    /// <summary>Writes what is in a directory of the layer, whose own entry was written.</summary>
    /// <returns>What it occupies; null where it is not known, and nothing was written.</returns>
    internal TreeUsage? TryCopy(byte[] path, TarArchiveWriter target)
    {
        var key = KeyOf(path);
        if (!placed.Contains(key) || !written.TryGetValue(key, out var part))
        {
            return null;
        }

        using var rented = new RentedBuffer(BufferSize);
        for (var done = 0L; done < part.Length;)
        {
            var count = RandomAccess.Read(file.SafeFileHandle, rented.Span[..(int)Math.Min(BufferSize, part.Length - done)], part.Start + done);
            if (count == 0)
            {
                throw new EndOfStreamException($"what was written ahead of an archive ends too early");
            }

            target.Write(rented.Span[..count]);
            done += count;
        }

        return part.Usage;
    }

    public void Dispose() => file.Dispose();

    private static string KeyOf(string path) => KeyOf(Encoding.UTF8.GetBytes(path));

    /// <summary>Names are any bytes.</summary>
    private static string KeyOf(byte[] path) => Encoding.Latin1.GetString(path);

    private readonly record struct Part(long Start, long Length, TreeUsage Usage);
}
