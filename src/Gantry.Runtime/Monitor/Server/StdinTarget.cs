using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>Where input goes: a pipe, or a second descriptor of the terminal's master.</summary>
internal sealed class StdinTarget(PollLoop loop, FileDescriptor descriptor) : Watcher(loop, descriptor)
{
    private readonly List<AttachClient> waiting = [];

    /// <summary>Writes what there is room for. Minus errno when the process does not read any more.</summary>
    public int Write(ReadOnlySpan<byte> data)
    {
        var count = RawIo.Write(Descriptor, data);
        return count is -(int)Errno.EAGAIN or -(int)Errno.EINTR ? 0 : count;
    }

    /// <summary>Lets a client know when there is room again.</summary>
    public void WaitForRoom(AttachClient client)
    {
        if (!waiting.Contains(client))
        {
            waiting.Add(client);
        }

        Watch(PollEvents.Writable);
    }

    public void Forget(AttachClient client) => waiting.Remove(client);

    public override void OnEvents(PollEvents events)
    {
        Unwatch();
        var ready = waiting.ToArray();
        waiting.Clear();
        foreach (var client in ready)
        {
            client.ResumeInput();
        }
    }

    protected override void OnDispose()
    {
        // Whoever waits may go on: what they send is dropped now.
        var ready = waiting.ToArray();
        waiting.Clear();
        foreach (var client in ready)
        {
            client.ResumeInput();
        }
    }
}
