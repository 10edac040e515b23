using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>Takes connections to the monitor's socket.</summary>
internal sealed class Listener(MonitorServer server, FileDescriptor socket) : Watcher(server.Loop, socket)
{
    public override void OnEvents(PollEvents events)
    {
        while (UnixSocket.TryAccept(Descriptor) is { } connection)
        {
            // Its first frame is most often there already.
            new NewConnection(server, connection).OnEvents(PollEvents.Readable);
        }
    }
}

/// <summary>A connection that has not said yet what it is for.</summary>
internal sealed class NewConnection : Watcher
{
    private readonly MonitorServer server;
    private readonly FrameReceiver receiver = new();

    public NewConnection(MonitorServer server, FileDescriptor socket)
        : base(server.Loop, socket)
    {
        this.server = server;
        Watch(PollEvents.Readable);
    }

    public override void OnEvents(PollEvents events)
    {
        try
        {
            switch (receiver.TryReceive(Descriptor))
            {
                case ReceiveResult.Complete:
                    Become(receiver.Header, receiver.Payload);
                    break;
                case ReceiveResult.Closed:
                    Dispose();
                    break;
            }
        }
        catch (InvalidArgumentException e)
        {
            _ = RawIo.Send(Descriptor, RequestFailure.ToFrame(0, FailureKind.InvalidArgument, e.Message));
            Dispose();
        }
    }

    private void Become(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Unwatch();
        // The number goes to the next owner; this object has nothing left to close.
        var socket = new FileDescriptor(Descriptor.Release());
        Dispose();
        switch (header.Type)
        {
            case FrameType.Control:
                server.AddControl(socket, greet: true);
                break;
            case FrameType.Attach:
                server.Attach(socket, (MonitorStreams)header.Argument);
                break;
            case FrameType.ExecAttach:
                server.StartExec(socket, (MonitorStreams)header.Argument, payload);
                break;
            default:
                using (socket)
                {
                    _ = RawIo.Send(socket, RequestFailure.ToFrame(
                        0, FailureKind.InvalidArgument, $"a connection cannot begin with frame 0x{(byte)header.Type:x2}"));
                }

                break;
        }
    }
}
