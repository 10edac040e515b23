namespace Gantry.Client.Transport;

/// <summary>A request without its version prefix: path and query as in the Engine API's description.</summary>
internal sealed record DaemonRequest(string Method, string Target)
{
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Sent chunked as it is read; such a request cannot be sent twice.</summary>
    public Stream? Content { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>The value of X-Registry-Auth.</summary>
    public string? RegistryAuth { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Asks to take the connection over (Upgrade: tcp).</summary>
    public bool Hijack { get; init; }

    /// <summary>The target has no version prefix.</summary>
    public bool Unversioned { get; init; }
}
