using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Building;

/// <summary>A file of a context, as long as it is read: as many bytes as it had when it was opened.</summary>
internal sealed class OpenFile : IDisposable
{
    private const int Flags = 0x80800; // O_RDONLY | O_CLOEXEC | O_NONBLOCK: it was a file when it was listed
    private readonly int _descriptor;
    private readonly string _path;

    /// <param name="path">For messages.</param>
    public OpenFile(OpenDirectory directory, string name, string path)
    {
        _path = path;
        _descriptor = LibC.OpenAt(directory.Descriptor, name, Flags);
        if (_descriptor < 0) throw OpenDirectory.Failed(path);
        if (LibC.StatX(_descriptor, "", LibC.EmptyPath, LibC.BasicStatus, out var status) != 0) throw OpenDirectory.Failed(path);
        Size = Left = (long)status.Size;
    }

    public long Size { get; }

    public long Left { get; private set; }

    public int Read(Span<byte> buffer)
    {
        if (Left == 0) return 0;
        var wanted = buffer[..(int)Math.Min(buffer.Length, Left)];
        var count = (int)LibC.Read(_descriptor, ref MemoryMarshal.GetReference(wanted), (nuint)wanted.Length);
        if (count <= 0) throw count < 0 ? OpenDirectory.Failed(_path) : new CommandLineException($"ERROR: {_path} became shorter while it was read");
        Left -= count;
        return count;
    }

    public void Dispose() => _ = LibC.Close(_descriptor);
}
