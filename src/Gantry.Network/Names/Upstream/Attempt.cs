using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Network.Names.Upstream;

/// <summary>One query to one server, on a socket of its own: from a port nobody can guess, heard by nobody else.</summary>
internal abstract class Attempt(Exchange exchange, PollLoop loop, FileDescriptor socket, int order, ushort id) : Watcher(loop, socket)
{
    /// <summary>Which of the resolver's servers.</summary>
    public int Order { get; } = order;

    public ushort Id { get; } = id;

    protected Exchange Exchange { get; } = exchange;

    /// <summary>Asks again.</summary>
    public abstract void Resend();
}
