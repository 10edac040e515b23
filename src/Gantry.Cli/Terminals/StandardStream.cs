using System.Runtime.InteropServices;

namespace Gantry.Cli.Terminals;

/// <summary>
/// Standard input, output or error as read(2) and write(2) give them. Not <see cref="Console"/>, which sends a terminal the sequence
/// that switches its keypad; not <see cref="FileStream"/>, which writes a file at an offset of its own, over what others wrote to it.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN
    private const int InputOutput = 5; // EIO: what reading a terminal that hung up gives
    private const short PollIn = 1;
    private const short PollOut = 4;

    public static StandardStream Input => field ??= new StandardStream(0);

    public override bool CanRead => descriptor == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => descriptor != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var count = LibC.Read(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            if (Marshal.GetLastPInvokeError() == InputOutput) return 0;
            Again("read", PollIn);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = LibC.Write(descriptor, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0) buffer = buffer[(int)count..];
            else Again("write", PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Again(string call, short events)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Interrupted) return;
        if (error != TryAgain) throw new IOException($"{call} {(descriptor == 0 ? "/dev/stdin" : descriptor == 1 ? "/dev/stdout" : "/dev/stderr")}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        var waiting = new LibC.PollDescriptor { Descriptor = descriptor, Events = events };
        _ = LibC.Poll(ref waiting, 1, -1);
    }
}
