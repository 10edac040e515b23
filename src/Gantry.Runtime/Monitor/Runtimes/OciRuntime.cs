namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>An OCI runtime of another's that a container is run by: <c>runtime</c> of monitor.json.</summary>
public sealed record OciRuntime
{
    /// <summary>What the user calls it, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Its executable.</summary>
    public required string Path { get; init; }

    /// <summary>Arguments that go before all others.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>The directory that it keeps its containers' state in (<c>--root</c>).</summary>
    public required string Root { get; init; }
}

/// <summary>The runtime refused, or could not be run; the message is its own.</summary>
internal sealed class OciRuntimeException(string message) : IOException(message);
