using Gantry.Linux;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor.Protocol;

namespace Gantry.Runtime.Monitor.Server;

internal enum ReceiveResult
{
    /// <summary>Nothing more is there yet.</summary>
    Waiting,
    Complete,
    Closed,
}

/// <summary>Takes frames from a socket, never a byte beyond one: what follows the first may belong to a stream.</summary>
internal sealed class FrameReceiver
{
    private readonly byte[] start = new byte[FrameHeader.Size];
    private byte[] payload = [];
    private int count;
    private FrameHeader header;
    private bool inPayload;
    private List<FileDescriptor>? descriptors;

    public FrameHeader Header => header;

    /// <summary>Valid until the next call of <see cref="TryReceive"/>.</summary>
    public ReadOnlySpan<byte> Payload => payload.AsSpan(0, header.Length);

    /// <summary>What came with the frame, for the caller to own.</summary>
    public IReadOnlyList<FileDescriptor> TakeDescriptors()
    {
        var taken = descriptors;
        descriptors = null;
        return taken ?? [];
    }

    /// <summary>Whether a frame has begun that is not complete.</summary>
    public bool IsAmidFrame => inPayload || count > 0;

    /// <exception cref="Spec.InvalidArgumentException">These are no frames.</exception>
    public ReceiveResult TryReceive(FileDescriptor socket)
    {
        while (true)
        {
            var target = inPayload ? payload.AsSpan(count, header.Length - count) : start.AsSpan(count);
            if (!target.IsEmpty)
            {
                var taken = PassedDescriptors.Receive(socket, target, ref descriptors);
                if (taken <= 0)
                {
                    return taken is -(int)Errno.EAGAIN or -(int)Errno.EINTR ? ReceiveResult.Waiting : ReceiveResult.Closed;
                }

                count += taken;
                if (taken < target.Length)
                {
                    continue;
                }
            }

            count = 0;
            inPayload = !inPayload;
            if (!inPayload)
            {
                return ReceiveResult.Complete;
            }

            FrameHeader.TryRead(start, out header);
            if (payload.Length < header.Length)
            {
                payload = GC.AllocateUninitializedArray<byte>(header.Length);
            }
        }
    }
}
