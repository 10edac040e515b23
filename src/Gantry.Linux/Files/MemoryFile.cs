using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Files that exist only as descriptors (memfd_create(2)).</summary>
public static unsafe partial class MemoryFile
{
    private const uint CloseOnExec = 1;

    public static FileDescriptor Create(string name)
    {
        fixed (byte* text = new UnixPath(name))
        {
            return new(Libc.Check(MemfdCreate(text, CloseOnExec), "memfd_create", name));
        }
    }

    /// <summary>One with contents, its offset at the beginning.</summary>
    public static FileDescriptor Create(string name, ReadOnlySpan<byte> contents)
    {
        var file = Create(name);
        fixed (byte* data = contents)
        {
            for (var done = 0; done < contents.Length;)
            {
                done += Libc.Check(Libc.WriteAt(file.Number, data + done, (nuint)(contents.Length - done), done), "pwrite", name);
            }
        }

        return file;
    }

    public static byte[] ReadAll(FileDescriptor file)
    {
        var size = file.Stat().Size;
        var bytes = new byte[size];
        using var held = new HeldDescriptor(file);
        fixed (byte* data = bytes)
        {
            var length = Libc.Check(ReadAt(held.Number, data, (nuint)bytes.Length, 0), "pread");
            return length == bytes.Length ? bytes : bytes[..length];
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static partial int MemfdCreate(byte* name, uint flags);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nuint length, long offset);
}
