namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>How a kind of receiver is spoken to.</summary>
internal abstract class ReceiverProtocol
{
    /// <summary>How a message is written.</summary>
    public abstract IMessageFormat Format { get; }

    /// <summary>Empty lines are not sent.</summary>
    public virtual bool SkipsEmpty => false;

    /// <summary>The next message is sent when this one's answer has come.</summary>
    public virtual bool AwaitsAnswer => false;

    public static ReceiverProtocol Of(string driver, LogReceiver receiver) => driver switch
    {
        "syslog" => new SyslogProtocol(receiver),
        "gelf" => new GelfProtocol(receiver),
        "fluentd" => new FluentProtocol(receiver),
        "journald" => new JournalProtocol(receiver),
        _ => new PluginProtocol(receiver),
    };

    /// <summary>Puts what is sent for a message into the queue: itself, or several datagrams.</summary>
    public virtual void Pack(ReadOnlySpan<byte> message, MessageQueue queue) => queue.Add(message);

    /// <summary>Whether the data is the answer to a message.</summary>
    public virtual bool IsAnswer(ReadOnlySpan<byte> data, ReadOnlySpan<byte> message) => false;
}
