namespace Gantry.Client.Transport;

/// <summary>The bytes beneath HTTP, in both directions: a socket, TLS over one, or another program's input and output.</summary>
internal abstract class Wire : IDisposable
{
    /// <summary>While nothing was asked: the peer closed it, or sent something.</summary>
    public abstract bool IsStale { get; }

    /// <summary>0 at the end.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken);

    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken);

    /// <summary>Nothing more is sent; what the peer sends can still be read.</summary>
    public abstract void ShutdownWrite();

    public abstract void Dispose();
}
