using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>
/// A tar of entries of a context, made while it is read. There are many small files: each is opened from its directory, and
/// read with one call.
/// </summary>
internal sealed class ContextArchive : ForwardStream
{
    private const uint KindMask = 0xF000;
    private const int ShortName = 100;
    private const int Block = 512;
    private const int SizeField = 124;
    private const int SizeLength = 12;
    private const int ChecksumField = 148;
    private const int ChecksumLength = 8;
    private const long MostOctal = 1L << 33;
    private readonly string _directory;
    private readonly Queue<(string Name, byte[] Content)> _extra;
    private readonly IEnumerator<BuildContextEntry> _entries;
    private readonly MemoryStream _made = new();
    private readonly TarWriter _tar;
    private int _taken;
    private OpenDirectory? _open;
    private string _opened = "";
    private OpenFile? _file;
    private bool _isWhole;

    /// <param name="directory">Where they are.</param>
    /// <param name="entries">Those of a directory one after another.</param>
    /// <param name="extra">Files that are not in the directory, by their name in the archive.</param>
    public ContextArchive(string directory, IEnumerable<BuildContextEntry> entries, IReadOnlyDictionary<string, byte[]>? extra = null)
    {
        (_directory, _entries) = (directory, entries.GetEnumerator());
        _tar = new(_made, TarEntryFormat.Pax, leaveOpen: true);
        _extra = new((extra ?? new Dictionary<string, byte[]>()).Select(pair => (pair.Key, pair.Value)));
    }

    public override int Read(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var waiting = _made.GetBuffer().AsSpan(_taken, (int)_made.Length - _taken);
            if (waiting.Length > 0)
            {
                var count = Math.Min(waiting.Length, buffer.Length - filled);
                waiting[..count].CopyTo(buffer[filled..]);
                (_taken, filled) = (_taken + count, filled + count);
            }
            else if (_file is not null)
            {
                filled += ReadFile(buffer[filled..]);
            }
            else if (!MakeNext())
            {
                break;
            }
        }

        return filled;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
            _open?.Dispose();
            // Whoever sends it may dispose it too: a descriptor is closed once.
            (_file, _open) = (null, null);
            _entries.Dispose();
            _tar.Dispose();
            _made.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Puts what comes next into the buffer, all of it but the content of a file.</summary>
    private bool MakeNext()
    {
        if (_isWhole) return false;
        _made.SetLength(0);
        _taken = 0;
        if (_entries.MoveNext())
        {
            Make(_entries.Current);
        }
        else if (_extra.TryDequeue(out var extra))
        {
            MakeHead(new PaxTarEntry(TarEntryType.RegularFile, extra.Name) { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }, extra.Content.Length);
            _made.Write(extra.Content);
            Pad(extra.Content.Length);
        }
        else
        {
            _made.Write(new byte[2 * Block]);
            _isWhole = true;
        }

        return true;
    }

    private void Make(BuildContextEntry entry)
    {
        var type = (entry.Mode & KindMask) switch { 0x4000 => TarEntryType.Directory, 0xA000 => TarEntryType.SymbolicLink, _ => TarEntryType.RegularFile };
        var name = type == TarEntryType.Directory ? entry.Path + "/" : entry.Path;
        // A third of the size, for names that fit.
        TarEntry item = entry.Path.Length < ShortName && entry.Link is null && Ascii.IsValid(name) ? new UstarTarEntry(type, name) : new PaxTarEntry(type, name);
        item.Mode = (UnixFileMode)(entry.Mode & 0xFFF);
        item.ModificationTime = DateTimeOffset.UnixEpoch.AddTicks(entry.Modified / 100);
        if (entry.Link is { } link) item.LinkName = link;
        if (type != TarEntryType.RegularFile)
        {
            MakeHead(item, 0);
            return;
        }

        _file = OpenIn(entry.Path);
        MakeHead(item, _file.Size);
    }

    private OpenFile OpenIn(string path)
    {
        var slash = path.LastIndexOf('/');
        var directory = slash < 0 ? "" : path[..slash];
        if (_open is null || _opened != directory)
        {
            _open?.Dispose();
            _open = null;
            _open = OpenDirectory.At(Path.Combine(_directory, directory));
            _opened = directory;
        }

        return new OpenFile(_open, path[(slash + 1)..], Path.Combine(_directory, path));
    }

    /// <summary>The library writes a head only together with the content: this is that of an empty file, with another size.</summary>
    private void MakeHead(TarEntry item, long size)
    {
        _tar.WriteEntry(item);
        if (size == 0) return;
        var head = _made.GetBuffer().AsSpan((int)_made.Length - Block, Block);
        var field = head.Slice(SizeField, SizeLength);
        field.Clear();
        if (size < MostOctal)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(SizeLength - 1, '0'), field);
        }
        else
        {
            field[0] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(field[(SizeLength - sizeof(long))..], size);
        }

        head.Slice(ChecksumField, ChecksumLength).Fill((byte)' ');
        var sum = 0;
        foreach (var one in head) sum += one;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(ChecksumLength - 2, '0') + "\0 ", head.Slice(ChecksumField, ChecksumLength));
    }

    private int ReadFile(Span<byte> buffer)
    {
        var count = _file!.Read(buffer);
        if (_file.Left > 0) return count;
        _made.SetLength(0);
        _taken = 0;
        Pad(_file.Size);
        _file.Dispose();
        _file = null;
        return count;
    }

    private void Pad(long size) => _made.Write(new byte[(int)(-size & (Block - 1))]);
}
