using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>The connection to a receiver, made again whenever it breaks. Its own descriptor tells that a name has been looked up.</summary>
internal sealed class ReceiverLink(PollLoop loop, LogReceiver receiver) : Watcher(loop, EventSignal.Create())
{
    private const int LookupStack = 256 * 1024;
    private const int LongestWait = 60_000;

    private IReadOnlyList<InternetEndPoint>? found;
    private Queue<InternetEndPoint> addresses = new();
    private ReceiverSocket? socket;
    private bool hasSent;
    private long retries;
    private long wait;
    private long retryAt;
    private long limitAt;
    private long stuckAt;

    public delegate void DataHandler(ReadOnlySpan<byte> data);

    public required Action Writable { get; init; }

    public required DataHandler Received { get; init; }

    /// <summary>What was sent last may not have arrived; a new connection is being made.</summary>
    public required Action Broken { get; init; }

    /// <summary>It was tried often enough for what waits.</summary>
    public required Action GivenUp { get; init; }

    public bool IsReady => socket is { IsReady: true };

    /// <summary>Why the last try failed.</summary>
    public string? Failure { get; private set; }

    public bool IsClosed => IsDisposed;

    public void Connect()
    {
        retryAt = 0;
        UpdateDeadline();
        switch (receiver.Transport)
        {
            case "unix" or "unixgram":
                ConnectToPath();
                break;
            case "fifo":
                OpenPipe();
                break;
            default:
                LookUp();
                break;
        }
    }

    /// <summary>Closes itself after so many milliseconds.</summary>
    public void Limit(int milliseconds)
    {
        limitAt = Clock.Milliseconds() + milliseconds;
        UpdateDeadline();
    }

    /// <summary>Takes the limit off.</summary>
    public void Unlimit()
    {
        limitAt = 0;
        UpdateDeadline();
    }

    /// <summary>What the receiver takes now; minus errno when that is nothing.</summary>
    public int Send(ReadOnlySpan<byte> data)
    {
        var count = socket!.Send(data);
        if (count < 0 && count != -(int)Errno.EAGAIN)
        {
            Break();
        }
        else if (count > 0)
        {
            hasSent = true;
            (retries, wait) = (0, 0);
        }

        return count;
    }

    /// <param name="writable">Something waits to be sent.</param>
    /// <param name="isStuck">Something waits for the receiver.</param>
    public void WatchFor(bool writable, bool isStuck)
    {
        socket?.WatchFor(writable);
        stuckAt = receiver.Timeout > 0 && IsReady && isStuck ? Clock.Milliseconds() + receiver.Timeout : 0;
        UpdateDeadline();
    }

    public void Close() => Dispose();

    public override void OnEvents(PollEvents events)
    {
        Unwatch();
        Span<byte> count = stackalloc byte[8];
        _ = RawIo.Read(Descriptor, count);
        addresses = new(Interlocked.Exchange(ref found, null) ?? []);
        if (addresses.Count == 0)
        {
            Fail($"dial {Network}: lookup {receiver.Host}: no such host");
            return;
        }

        ConnectToNext();
    }

    public override void OnDeadline()
    {
        var now = Clock.Milliseconds();
        if (limitAt > 0 && limitAt <= now)
        {
            Failure ??= $"dial {Network} {Target}: i/o timeout";
            Close();
        }
        else if (stuckAt > 0 && stuckAt <= now)
        {
            stuckAt = 0;
            Break();
        }
        else if (retryAt > 0 && retryAt <= now)
        {
            Connect();
        }
    }

    public void OnReady()
    {
        Failure = null;
        hasSent = false;
        Writable();
    }

    public void OnRefused(string why)
    {
        CloseSocket();
        if (addresses.Count > 0)
        {
            ConnectToNext();
            return;
        }

        Fail(why);
    }

    /// <summary>The connection that stood is gone. One that was of use is made again at once.</summary>
    public void Break()
    {
        CloseSocket();
        Broken();
        if (!hasSent)
        {
            Fail("the connection was lost");
            return;
        }

        retryAt = Clock.Milliseconds();
        UpdateDeadline();
    }

    protected override void OnDispose() => CloseSocket();

    private string Network => receiver.Transport == "tls" ? "tcp" : receiver.Transport;

    private string Target => receiver.Path.Length > 0 ? receiver.Path : $"{receiver.Host}:{receiver.Port}";

    private void LookUp()
    {
        Watch(PollEvents.Readable);
        if (System.Net.IPAddress.TryParse(receiver.Host, out _))
        {
            Look();
            return;
        }

        // The name service may take its time, and the container has only this one thread.
        new Thread(Look, LookupStack) { IsBackground = true }.Start();
    }

    private void Look()
    {
        Volatile.Write(ref found, NameLookup.Find(receiver.Host, receiver.Port));
        try
        {
            _ = RawIo.Write(Descriptor, [1, 0, 0, 0, 0, 0, 0, 0]);
        }
        catch (ObjectDisposedException)
        {
            // Nobody wants to know any more.
        }
    }

    private void ConnectToNext()
    {
        var address = addresses.Dequeue();
        var descriptor = NonBlockingSocket.Open(receiver.Transport == "udp" ? SocketTransport.Udp : SocketTransport.Tcp, address.Family);
        socket = new ReceiverSocket(this, Loop, descriptor, receiver);
        socket.Connect(address);
    }

    private void ConnectToPath()
    {
        var datagrams = receiver.Transport == "unixgram";
        var descriptor = UnixSocket.TryConnect(receiver.Path, datagrams, out var error);
        if (error == Errno.EPROTOTYPE)
        {
            // The machine's own syslog listens in either way.
            descriptor = UnixSocket.TryConnect(receiver.Path, !datagrams, out error);
        }

        if (descriptor is null)
        {
            Fail($"dial {Network} {Target}: connect: {LinuxException.Words(error)}");
            return;
        }

        socket = new ReceiverSocket(this, Loop, descriptor, receiver);
        socket.Begin();
    }

    private void OpenPipe()
    {
        try
        {
            // Also for reading: who reads may come, go and come again.
            var pipe = UnixSocket.OpenFile(receiver.Path, write: true);
            RawIo.SetBlocking(pipe, false);
            socket = new ReceiverSocket(this, Loop, pipe, receiver);
            socket.Begin();
        }
        catch (LinuxException e)
        {
            Fail(e.Message);
        }
    }

    private void Fail(string why)
    {
        Failure = why;
        wait = wait == 0 ? receiver.RetryWait : Math.Min(wait + (wait / 2), LongestWait);
        retryAt = Clock.Milliseconds() + wait;
        UpdateDeadline();
        if (++retries > receiver.MaxRetries)
        {
            (retries, wait) = (0, 0);
            GivenUp();
        }
    }

    private void CloseSocket()
    {
        socket?.Dispose();
        socket = null;
    }

    private void UpdateDeadline()
    {
        var next = long.MaxValue;
        foreach (var time in (ReadOnlySpan<long>)[retryAt, limitAt, stuckAt])
        {
            next = time > 0 ? Math.Min(next, time) : next;
        }

        if (!IsDisposed)
        {
            Deadline = next == long.MaxValue ? 0 : next;
        }
    }
}
