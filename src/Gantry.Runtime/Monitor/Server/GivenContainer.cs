using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The container that a monitor was given, and the descriptors that came with it.</summary>
internal sealed record GivenContainer(string Bundle, FileDescriptor? RootFilesystem, FileDescriptor? NetworkNamespace, IReadOnlyList<FileDescriptor> Mounts)
{
    /// <summary>Waits for it; null when whoever started the monitor is gone and there will be none.</summary>
    public static GivenContainer? Receive(FileDescriptor control)
    {
        var receiver = new FrameReceiver();
        using var poll = new Epoll();
        poll.TryWatch(control, PollEvents.Readable);
        Span<PollResult> happened = new PollResult[1];
        ReceiveResult result;
        while ((result = receiver.TryReceive(control)) == ReceiveResult.Waiting)
        {
            poll.Wait(happened, -1);
        }

        return result == ReceiveResult.Closed ? null : Read(receiver);
    }

    private static GivenContainer Read(FrameReceiver receiver)
    {
        if (receiver.Header.Type != FrameType.Assign)
        {
            throw new InvalidArgumentException($"the monitor was given frame 0x{(byte)receiver.Header.Type:x2} instead of a container");
        }

        var assignment = MonitorAssignment.Read(receiver.Payload);
        var descriptors = new Queue<FileDescriptor>(receiver.TakeDescriptors());
        FileDescriptor? Next(bool isThere) =>
            !isThere ? null : descriptors.TryDequeue(out var next) ? next : throw new InvalidArgumentException("a descriptor of the container is missing");
        return new GivenContainer(assignment.Bundle, Next(assignment.HasRoot), Next(assignment.HasNetwork), [.. descriptors]);
    }
}
