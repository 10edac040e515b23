using System.Net.Sockets;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Session;

/// <summary>Sockets on this machine behind which the agents of a client answer, for as long as its build goes on.</summary>
internal sealed class AgentSockets(BuildSession session, string directory) : IAsyncDisposable
{
    private const int PieceSize = 32 * 1024;
    private readonly CancellationTokenSource stop = new();
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);
    private readonly List<Socket> listeners = [];
    private readonly SemaphoreSlim opening = new(1, 1);

    public async Task<string?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!paths.TryGetValue(id, out var path) && await session.HasAgentAsync(id, cancellationToken).ConfigureAwait(false))
            {
                paths[id] = path = Listen(id);
            }

            return path;
        }
        finally
        {
            opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        listeners.ForEach(listener => listener.Dispose());
        foreach (var path in paths.Values)
        {
            File.Delete(path);
        }

        opening.Dispose();
    }

    private string Listen(string id)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(directory, Path.GetRandomFileName());
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        listeners.Add(listener);
        _ = AcceptAsync(listener, id);
        return path;
    }

    private async Task AcceptAsync(Socket listener, string id)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptAsync(stop.Token).ConfigureAwait(false), id);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The build is over.
        }
    }

    private async Task ForwardAsync(Socket socket, string id)
    {
        using (socket)
        {
            try
            {
                await using var call = session.OpenAgent(id, stop.Token);
                var sending = SendAsync(socket, call);
                await using var answers = new MessageStream(call);
                var buffer = new byte[PieceSize];
                int count;
                while ((count = await answers.ReadAsync(buffer, stop.Token).ConfigureAwait(false)) > 0)
                {
                    await socket.SendAsync(buffer.AsMemory(0, count), stop.Token).ConfigureAwait(false);
                }

                socket.Shutdown(SocketShutdown.Both);
                await sending.ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or GrpcException or IOException or HttpRequestException)
            {
                // One of both sides is gone; the program in the container sees the end.
            }
        }
    }

    private async Task SendAsync(Socket socket, GrpcClientCall call)
    {
        var buffer = new byte[PieceSize];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, stop.Token).ConfigureAwait(false)) > 0)
        {
            await call.WriteAsync(new ProtoWriter().Bytes(1, buffer.AsSpan(0, count))).ConfigureAwait(false);
        }

        call.EndWriting();
    }
}
