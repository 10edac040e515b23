using Gantry.Linux;
using Gantry.Linux.Terminals;
using Gantry.Runtime.Monitor.Ports;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

internal sealed partial class MonitorServer
{
    /// <summary>Carries out a daemon's request and answers it.</summary>
    /// <exception cref="InvalidArgumentException">It is not to be understood.</exception>
    public void Handle(ControlClient client, FrameHeader header, ReadOnlySpan<byte> payload, IReadOnlyList<FileDescriptor> descriptors)
    {
        if (header.Type == FrameType.Control)
        {
            client.Send(State().ToFrame());
            return;
        }

        var reader = new FlatReader(payload);
        var request = reader.UInt32();
        if (header.Type == FrameType.Start)
        {
            Start(client, request);
            return;
        }

        byte[] answer;
        try
        {
            Perform(header.Type, ref reader, descriptors);
            answer = new FlatWriter(FrameType.Ok).UInt32(request).ToFrame();
        }
        catch (Exception e) when (e is NotFoundException or ConflictException or IOException or UnsupportedException)
        {
            var kind = e switch
            {
                NotFoundException => FailureKind.NotFound,
                ConflictException => FailureKind.Conflict,
                UnsupportedException => FailureKind.InvalidArgument,
                _ => FailureKind.Internal,
            };
            answer = RequestFailure.ToFrame(request, kind, e.Message);
        }

        client.Send(answer);
    }

    private void Perform(FrameType type, ref FlatReader reader, IReadOnlyList<FileDescriptor> descriptors)
    {
        switch (type)
        {
            case FrameType.Kill:
                Kill(reader.Int32(), reader.Flag());
                break;
            case FrameType.Resize:
                Resize(terminalMaster, reader.UInt16(), reader.UInt16());
                break;
            case FrameType.CloseStdin:
                hub.CloseStdin();
                break;
            case FrameType.ExecResize:
                Resize(Exec(reader.String()).Master, reader.UInt16(), reader.UInt16());
                break;
            case FrameType.ExecKill:
                Exec(reader.String()).Watch!.Process.TrySignal(reader.Int32());
                break;
            case FrameType.AddPorts:
                AddPorts(ref reader, descriptors);
                break;
            case FrameType.RemovePorts:
                ports?.Remove(reader.String());
                break;
            default:
                throw new UnsupportedException($"the monitor knows no request 0x{(byte)type:x2}");
        }
    }

    private void Kill(int signal, bool all)
    {
        if (phase == MonitorPhase.Ended || container is null || !container.TrySignal(signal))
        {
            throw new ConflictException($"container {Options.Id} is not running");
        }

        if (all)
        {
            container.Cgroup.SignalAll(signal);
        }
    }

    private void AddPorts(ref FlatReader reader, IReadOnlyList<FileDescriptor> sockets)
    {
        var group = reader.String();
        var targets = new PortTarget[reader.Int32() is var count && count == sockets.Count ? count : throw new ConflictException($"{count} ports came with {sockets.Count} sockets")];
        for (var i = 0; i < count; i++) targets[i] = PortTarget.Read(ref reader);
        if (phase == MonitorPhase.Ended)
        {
            foreach (var socket in sockets) socket.Dispose();
            throw new ConflictException($"container {Options.Id} is not running");
        }

        ports ??= new PortRelays(Loop);
        ports.Add(group, targets, sockets);
    }

    private static void Resize(FileDescriptor? master, ushort rows, ushort columns)
    {
        // Clients ask before they know whether there is a terminal.
        if (master is { IsClosed: false })
        {
            Terminal.Resize(master, rows, columns);
        }
    }

    private ExecSession Exec(string id) =>
        execs.TryGetValue(id, out var session) ? session : throw new NotFoundException($"no exec {id} is running");
}
