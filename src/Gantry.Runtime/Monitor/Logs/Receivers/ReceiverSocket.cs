using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;
using Gantry.Linux.Tls;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>One connection to a receiver, from its beginning to its end.</summary>
internal sealed class ReceiverSocket(ReceiverLink link, PollLoop loop, FileDescriptor socket, LogReceiver receiver) : Watcher(loop, socket)
{
    private readonly string target = receiver.Path.Length > 0 ? receiver.Path : $"{receiver.Host}:{receiver.Port}";
    private TlsConnection? tls;
    private bool isConnected;

    /// <summary>It takes messages.</summary>
    public bool IsReady { get; private set; }

    private bool IsPipe => receiver.Transport == "fifo";

    public void Connect(InternetEndPoint address)
    {
        switch (NonBlockingSocket.Connect(Descriptor, address))
        {
            case 0:
                Begin();
                break;
            case -(int)Errno.EINPROGRESS:
                Watch(PollEvents.Writable);
                break;
            case var error:
                Refuse(Describe((Errno)(-error)));
                break;
        }
    }

    /// <summary>It is connected.</summary>
    public void Begin()
    {
        isConnected = true;
        if (receiver.Transport == "tls")
        {
            Secure();
            return;
        }

        BeReady();
    }

    public int Send(ReadOnlySpan<byte> data)
    {
        var count = tls is not null ? tls.Write(data) : IsPipe ? RawIo.Write(Descriptor, data) : RawIo.Send(Descriptor, data);
        return count switch
        {
            -(int)Errno.EINTR => -(int)Errno.EAGAIN,
            // Nobody was there for the datagram before; nobody has to be for this one.
            -(int)Errno.ECONNREFUSED when receiver.Transport == "udp" => data.Length,
            // No datagram can carry it: it is lost, what comes after it is not.
            -(int)Errno.EMSGSIZE => data.Length,
            _ => count,
        };
    }

    public void WatchFor(bool writable)
    {
        if (IsReady)
        {
            // What a pipe holds is for who reads it.
            Watch((IsPipe ? PollEvents.None : PollEvents.Readable) | (writable ? PollEvents.Writable : PollEvents.None));
        }
    }

    public override void OnEvents(PollEvents events)
    {
        if (!isConnected)
        {
            var error = NonBlockingSocket.TakeError(Descriptor);
            if (error == Errno.None)
            {
                Begin();
            }
            else
            {
                Refuse(Describe(error));
            }
        }
        else if (!IsReady)
        {
            Secure();
        }
        else
        {
            OnReadyEvents(events);
        }
    }

    protected override void OnDispose()
    {
        if (IsReady && tls is not null)
        {
            // What is unread when a socket is closed makes the kernel say that the connection broke.
            while (tls.Read(Loop.Buffer) > 0)
            {
            }

            tls.End();
        }

        tls?.Dispose();
        IsReady = false;
    }

    private void OnReadyEvents(PollEvents events)
    {
        if (!IsPipe && (events & (PollEvents.Readable | PollEvents.HangUp | PollEvents.Error)) != 0)
        {
            Receive();
        }

        if (!IsDisposed && (events & PollEvents.Writable) != 0)
        {
            link.Writable();
        }
    }

    private void Receive()
    {
        var count = tls is not null ? tls.Read(Loop.Buffer) : RawIo.Receive(Descriptor, Loop.Buffer);
        if (count > 0)
        {
            link.Received(Loop.Buffer.AsSpan(0, count));
        }
        else if (count != -(int)Errno.EAGAIN && receiver.Transport != "udp")
        {
            link.Break();
        }
    }

    private void Secure()
    {
        try
        {
            tls ??= new TlsConnection(Descriptor, new()
            {
                Host = receiver.Host,
                AuthorityFile = receiver.AuthorityFile,
                CertificateFile = receiver.CertificateFile,
                KeyFile = receiver.KeyFile,
                SkipVerify = receiver.SkipVerify,
            });
            if (tls.Handshake() == 0)
            {
                BeReady();
                return;
            }
        }
        catch (IOException e)
        {
            Refuse(e.Message);
            return;
        }

        // Which of the two it waits for does not matter at that rate; an event too many is a call too many.
        Watch(PollEvents.Readable);
    }

    private void BeReady()
    {
        IsReady = true;
        WatchFor(writable: false);
        link.OnReady();
    }

    private void Refuse(string why) => link.OnRefused(why);

    private string Describe(Errno error) =>
        $"dial {(receiver.Transport == "tls" ? "tcp" : receiver.Transport)} {target}: connect: {LinuxException.Words(error)}";
}
