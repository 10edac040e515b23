using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Native;

/// <summary>Unmanaged memory that is freed all at once: what a plan points to must not move.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private const int BlockSize = 16 * 1024;
    private readonly List<nint> blocks = [];
    private byte* next;
    private int left;

    public void* Allocate(int size)
    {
        size = (size + 7) & ~7;
        if (size > left)
        {
            left = Math.Max(size, BlockSize);
            next = (byte*)NativeMemory.AllocZeroed((nuint)left);
            blocks.Add((nint)next);
        }

        var result = next;
        next += size;
        left -= size;
        return result;
    }

    /// <summary>A string as UTF-8 with a terminator.</summary>
    public byte* Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"{text.Replace("\0", "\\0", StringComparison.Ordinal)} contains a NUL character");
        }

        var length = Encoding.UTF8.GetByteCount(text);
        var result = (byte*)Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(result, length));
        return result;
    }

    /// <summary>A null-terminated array of strings; a null string is a null pointer in its place.</summary>
    public byte** Texts(IReadOnlyList<string?> texts)
    {
        var result = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            result[i] = texts[i] is { } text ? Text(text) : null;
        }

        return result;
    }

    public byte* Bytes(ReadOnlySpan<byte> bytes)
    {
        var result = (byte*)Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(result, bytes.Length));
        return result;
    }

    public void Dispose()
    {
        foreach (var block in blocks)
        {
            NativeMemory.Free((void*)block);
        }

        blocks.Clear();
        left = 0;
    }
}
