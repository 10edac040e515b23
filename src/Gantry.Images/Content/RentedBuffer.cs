using System.Buffers;

namespace Gantry.Images.Content;

/// <summary>A pooled buffer for a copy loop.</summary>
internal readonly struct RentedBuffer(int length) : IDisposable
{
    public byte[] Array { get; } = ArrayPool<byte>.Shared.Rent(length);

    public Span<byte> Span => Array;

    public Memory<byte> Memory => Array;

    public void Dispose() => ArrayPool<byte>.Shared.Return(Array);
}
