namespace Gantry.Runtime.Monitor.Logs;

// What has a default is set, not init: the generated reader writes every init property, with nothing when JSON has nothing.

/// <summary>Where a container logs to besides, or instead of, a file, and how.</summary>
public sealed record LogReceiver
{
    /// <summary><c>udp</c>, <c>tcp</c>, <c>tls</c>, <c>unix</c> (a stream), <c>unixgram</c> or <c>fifo</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>A name or an address.</summary>
    public string Host { get; set; } = "";

    public int Port { get; init; }

    /// <summary>Of a socket or pipe.</summary>
    public string Path { get; set; } = "";

    /// <summary>Certificates, in files of PEM; empty for those of the machine, and for none.</summary>
    public string AuthorityFile { get; set; } = "";

    public string CertificateFile { get; set; } = "";

    public string KeyFile { get; set; } = "";

    public bool SkipVerify { get; init; }

    public string Tag { get; set; } = "";

    public string HostName { get; set; } = "";

    /// <summary>What each message has besides, by the receiver's own names.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }

    /// <summary>Of syslog: empty, <c>rfc3164</c>, <c>rfc5424</c> or <c>rfc5424micro</c>. Of GELF's datagrams: <c>gzip</c>, <c>zlib</c> or <c>none</c>.</summary>
    public string Format { get; set; } = "";

    /// <summary>Of syslog, from 0 to 23.</summary>
    public int Facility { get; init; }

    /// <summary>From 0 to 9; -1 is the usual one.</summary>
    public int CompressionLevel { get; set; } = -1;

    /// <summary>Times of Fluentd have nanoseconds.</summary>
    public bool SubSeconds { get; init; }

    /// <summary>Fluentd has to acknowledge each message.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>A container never waits for the receiver: what does not fit <see cref="BufferLimit"/> is dropped.</summary>
    public bool NonBlocking { get; init; }

    /// <summary>Nor while the receiver cannot be reached. Otherwise it waits then, too.</summary>
    public bool DropsWhileAway { get; init; }

    /// <summary>The container starts even if the receiver cannot be reached.</summary>
    public bool StartsWhileAway { get; init; }

    /// <summary>Bytes that may wait in memory.</summary>
    public long BufferLimit { get; set; } = 1024 * 1024;

    /// <summary>Milliseconds before the second try to connect again; each later one waits half as long again, up to a minute.</summary>
    public long RetryWait { get; set; } = 1000;

    /// <summary>Tries in vain after which what waits is dropped.</summary>
    public long MaxRetries { get; set; } = int.MaxValue;

    /// <summary>Milliseconds that the receiver may take nothing, or not acknowledge; then it is connected to anew. 0: as long as it likes.</summary>
    public long Timeout { get; init; }
}
