using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>
/// Sends a container's messages to their receiver. What it does not take at once waits in memory; then either the container
/// waits, or messages are dropped, as the driver's options say.
/// </summary>
internal sealed class RemoteLog : IDisposable
{
    private const int FullAt = 256 * 1024;
    private const int Patience = 10_000;

    private readonly PollLoop loop;
    private readonly LogReceiver receiver;
    private readonly ReceiverProtocol protocol;
    private readonly ReceiverLink link;
    private readonly MessageQueue queue = new();
    private byte[] scratch = [];
    private int sentOfFirst;
    private bool isWaitingForAnswer;
    private bool isFinishing;
    private long dropped;

    public RemoteLog(PollLoop loop, LogReceiver receiver, ReceiverProtocol protocol)
    {
        this.loop = loop;
        this.receiver = receiver;
        this.protocol = protocol;
        link = new ReceiverLink(loop, receiver)
        {
            Writable = SendWaiting,
            Received = OnReceived,
            Broken = OnBroken,
            GivenUp = DropWaiting,
        };
    }

    /// <summary>Messages are taken again after <see cref="IsFull"/>.</summary>
    public Action? Drained { get; set; }

    /// <summary>The container has to wait.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Nothing is left to do after <see cref="Finish"/>.</summary>
    public bool IsDone => link.IsClosed;

    /// <summary>Connects, with nothing else in the loop; gives the failure when that matters.</summary>
    public LogReceiverException? TryOpen()
    {
        link.Connect();
        if (receiver.StartsWhileAway)
        {
            return null;
        }

        link.Limit(Patience);
        loop.Run(() => link.IsReady || link.Failure is not null);
        if (!link.IsReady)
        {
            link.Close();
            return new(link.Failure!);
        }

        link.Unlimit();
        return null;
    }

    public void Append(in LogMessage message)
    {
        if (protocol.SkipsEmpty && message.Text.IsEmpty)
        {
            return;
        }

        var room = protocol.Format.Room(message);
        if (scratch.Length < room)
        {
            scratch = GC.AllocateUninitializedArray<byte>(room);
        }

        var length = protocol.Format.Write(scratch, message);
        if (MustDrop(length))
        {
            dropped++;
            return;
        }

        protocol.Pack(scratch.AsSpan(0, length), queue);
        IsFull = !MayDrop && queue.Bytes >= FullAt;
        SendWaiting();
    }

    /// <summary>No more comes: what waits is sent, as long as that goes on.</summary>
    public void Finish()
    {
        isFinishing = true;
        if (queue.IsEmpty)
        {
            link.Close();
            return;
        }

        link.Limit(Patience);
        SendWaiting();
    }

    public void Dispose()
    {
        link.Close();
        if (dropped > 0)
        {
            MonitorErrors.Write($"{dropped} messages were not sent to the log's receiver: it did not take them in time");
        }
    }

    private bool MayDrop => receiver.NonBlocking || (receiver.DropsWhileAway && !link.IsReady);

    // One that is larger than all the room goes through when nothing else waits, as with Docker.
    private bool MustDrop(int length) => isFinishing ? link.IsClosed : MayDrop && !queue.IsEmpty && queue.Bytes + length > receiver.BufferLimit;

    private void SendWaiting()
    {
        while (!queue.IsEmpty && link.IsReady && !isWaitingForAnswer)
        {
            var first = queue.First;
            var count = link.Send(first[sentOfFirst..]);
            if (count < 0)
            {
                break;
            }

            sentOfFirst += count;
            if (sentOfFirst == first.Length)
            {
                sentOfFirst = 0;
                if (protocol.AwaitsAnswer)
                {
                    isWaitingForAnswer = true;
                }
                else
                {
                    queue.RemoveFirst();
                }
            }
        }

        link.WatchFor(writable: !queue.IsEmpty && !isWaitingForAnswer, isStuck: !queue.IsEmpty);
        AfterSending();
    }

    private void AfterSending()
    {
        if (IsFull && (MayDrop || queue.Bytes < FullAt / 2))
        {
            IsFull = false;
            Drained?.Invoke();
        }

        if (isFinishing && queue.IsEmpty)
        {
            link.Close();
        }
    }

    private void OnReceived(ReadOnlySpan<byte> data)
    {
        if (isWaitingForAnswer && protocol.IsAnswer(data, queue.First))
        {
            isWaitingForAnswer = false;
            queue.RemoveFirst();
            SendWaiting();
        }
    }

    private void OnBroken()
    {
        // The receiver has to get the message as a whole from its next connection.
        sentOfFirst = 0;
        isWaitingForAnswer = false;
        AfterSending();
    }

    private void DropWaiting()
    {
        while (!queue.IsEmpty)
        {
            queue.RemoveFirst();
            dropped++;
        }

        OnBroken();
    }
}
