using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Poll;

/// <summary>A null-terminated array of C strings, in memory of its own.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte** pointers;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        var bytes = strings.Sum(s => Encoding.UTF8.GetByteCount(s) + 1);
        pointers = (byte**)NativeMemory.Alloc((nuint)(((strings.Count + 1) * sizeof(byte*)) + bytes));
        var text = (byte*)(pointers + strings.Count + 1);
        for (var i = 0; i < strings.Count; i++)
        {
            pointers[i] = text;
            var length = Encoding.UTF8.GetBytes(strings[i], new Span<byte>(text, bytes));
            text[length] = 0;
            text += length + 1;
        }

        pointers[strings.Count] = null;
    }

    public byte** Pointers => pointers;

    public void Dispose() => NativeMemory.Free(pointers);
}
