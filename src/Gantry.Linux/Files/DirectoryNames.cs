using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Reads a directory name by name, without <c>.</c> and <c>..</c>, from where its descriptor stands.</summary>
internal unsafe ref struct DirectoryNames(int directory)
{
    private const int BufferSize = 32 * 1024;
    private const int LengthOffset = 16; // struct linux_dirent64: ino u64, off s64, reclen u16, type u8, name
    private const int KindOffset = 18;
    private const int NameOffset = 19;
    private readonly byte* buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private int next;
    private int end;

    /// <summary>With its terminator; until the next is read.</summary>
    public byte* Name { get; private set; }

    /// <summary>What the directory says it is; Unknown on file systems that do not say.</summary>
    public FileKind Kind { get; private set; }

    /// <returns>False at the end.</returns>
    public bool Next()
    {
        do
        {
            if (next == end)
            {
                (next, end) = (0, (int)Libc.Check(Libc.GetDents(directory, buffer, BufferSize), "getdents64"));
                if (end == 0)
                {
                    return false;
                }
            }

            Name = buffer + next + NameOffset;
            Kind = (FileKind)(buffer[next + KindOffset] << 12);
            next += *(ushort*)(buffer + next + LengthOffset);
        }
        while (IsDots(Name));

        return true;
    }

    public readonly void Dispose() => NativeMemory.Free(buffer);

    private static bool IsDots(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}
