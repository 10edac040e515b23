using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>
/// Bytes of an open regular file, one system call each. For many small files: the framework's RandomAccess asks first whether a
/// handle can seek.
/// </summary>
public static unsafe class FileContentExtensions
{
    /// <summary>Reads from an offset (pread(2)).</summary>
    /// <returns>How many bytes came; 0 at the end, or where the buffer is empty.</returns>
    public static int ReadAt(this SafeHandle file, Span<byte> buffer, long offset)
    {
        using var held = new HeldDescriptor(file);
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = Libc.PRead(held.Number, start, (nuint)buffer.Length, offset);
            }
            while (count < 0 && Libc.LastError == Errno.EINTR);
            return (int)Libc.Check(count, "pread");
        }
    }

    /// <summary>Writes all bytes to an offset (pwrite(2)).</summary>
    public static void WriteAt(this SafeHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        using var held = new HeldDescriptor(file);
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = Libc.PWrite(held.Number, start + done, (nuint)(bytes.Length - done), offset + done);
                if (count >= 0 || Libc.LastError != Errno.EINTR)
                {
                    done += (int)Libc.Check(count, "pwrite");
                }
            }
        }
    }
}
