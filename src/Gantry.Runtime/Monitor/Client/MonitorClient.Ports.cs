using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Client;

public sealed partial class MonitorClient
{
    /// <summary>
    /// Has the monitor relay ports until they are removed or the container ends, whatever becomes of this process. They
    /// may be added from the beginning, before <see cref="StartAsync"/>, and at any time later.
    /// </summary>
    /// <param name="group">What they are removed by; those of an endpoint, say.</param>
    /// <param name="ports">Which.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ConflictException">The container has ended.</exception>
    public async Task AddPortsAsync(string group, IReadOnlyList<MonitorPort> ports, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        foreach (var some in ports.Chunk(PassedDescriptors.Most))
        {
            await RequestAsync(
                FrameType.AddPorts,
                frame =>
                {
                    frame.String(group).Int32(some.Length);
                    foreach (var port in some) new PortTarget(port.Transport, port.Target).Write(frame);
                },
                [.. some.Select(port => port.Socket)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes a group's ports and their connections; does nothing where there are none.</summary>
    public Task RemovePortsAsync(string group, CancellationToken cancellationToken = default) =>
        RequestAsync(FrameType.RemovePorts, frame => frame.String(group), cancellationToken);

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> frame, IReadOnlyList<SafeHandle> descriptors)
    {
        const int patience = 1_000_000;
        int count;
        while ((count = PassedDescriptors.Send(socket.SafeHandle, frame.Span, descriptors)) < 0)
        {
            if (count is not (-(int)Errno.EAGAIN or -(int)Errno.EINTR))
            {
                throw new UnavailableException("the container's monitor has ended", new LinuxException("sendmsg", (Errno)(-count)));
            }

            // Hardly ever: the monitor has let some hundred requests wait.
            await Task.Run(() => socket.Poll(patience, SelectMode.SelectWrite)).ConfigureAwait(false);
        }

        await MonitorConnection.SendAsync(socket, frame[count..], CancellationToken.None).ConfigureAwait(false);
    }
}
