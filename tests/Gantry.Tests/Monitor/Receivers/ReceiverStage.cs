using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Tests.Monitor.Receivers;

/// <summary>A container's log that goes to a receiver in the test.</summary>
internal sealed class ReceiverStage : IDisposable
{
    private readonly LoopThread loop = new();
    private readonly List<IDisposable> owned = [];
    private ContainerLog? log;

    public bool IsFull
    {
        get
        {
            var full = false;
            loop.Do(() => full = log!.IsFull);
            return full;
        }
    }

    public bool IsDone
    {
        get
        {
            var done = false;
            loop.Do(() => done = log!.IsDone);
            return done;
        }
    }

    public static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var attempt = 0; attempt < 500 && !condition(); attempt++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    /// <summary>A socket of loopback that listens.</summary>
    public (Socket Socket, int Port) Listen(ProtocolType protocol)
    {
        var socket = RelayStage.Bind(protocol);
        owned.Add(socket);
        return (socket, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>A port where nobody listens.</summary>
    public static int FreePort()
    {
        using var socket = RelayStage.Bind(ProtocolType.Tcp);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Open(string driver, LogReceiver receiver) => loop.Do(() =>
    {
        log = ContainerLog.Create(new() { Id = "c", ExitPath = "/nowhere", LogDriver = driver, LogReceiver = receiver }, loop.Loop)!;
        if (log.TryOpen() is { } failure) throw failure;
    });

    public void Write(string text, bool isStderr = false) => loop.Do(() => log!.Write(isStderr, Encoding.UTF8.GetBytes(text)));

    public void Finish() => loop.Do(log!.Finish);

    public static async Task<byte[]> DatagramAsync(Socket socket)
    {
        var buffer = new byte[70_000];
        return buffer[..await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken)];
    }

    /// <summary>What comes over a stream until it ends.</summary>
    public static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
        }
        catch (IOException e) when (all.Length > 0 && e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Tickets of TLS that came after the sender's last look are unread when it closes.
        }

        return all.ToArray();
    }

    public async Task<NetworkStream> AcceptAsync(Socket listener)
    {
        var stream = new NetworkStream(await listener.AcceptAsync(TestContext.Current.CancellationToken), ownsSocket: true);
        owned.Add(stream);
        return stream;
    }

    public void Dispose()
    {
        if (log is not null) loop.Do(log.Dispose);
        loop.Dispose();
        owned.ForEach(o => o.Dispose());
    }
}
