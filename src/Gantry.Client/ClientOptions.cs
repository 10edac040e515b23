namespace Gantry.Client;

public sealed record ClientOptions
{
    public DaemonAddress Address { get; init; } = DaemonAddress.Default;

    /// <summary>Speaks TLS to a TCP address; null for plain text.</summary>
    public TlsMaterial? Tls { get; init; }

    /// <summary>Sent with each request, unless they are headers this client sets itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Speak exactly this version; null takes the newest both sides know.</summary>
    public ApiVersion? Version { get; init; }

    /// <summary>
    /// Calls block the calling thread and complete before they return. A program that does one thing at a time
    /// so spares the socket engine's thread and the thread pool, half of its start-up time.
    /// </summary>
    public bool Blocking { get; init; }

    /// <summary>Answers what would change something, in the daemon's place; null: the daemon does.</summary>
    public IRehearsal? Rehearsal { get; init; }

    public string UserAgent { get; init; } = "Gantry-Client";

    /// <summary>Called once when nothing listens at <see cref="Address"/>; true means: try again.</summary>
    public Func<DaemonAddress, bool>? StartDaemon { get; init; }
}
