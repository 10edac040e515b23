namespace Gantry.Client;

/// <summary>What TLS to a daemon is made with: texts of PEM files, null for none.</summary>
public sealed record TlsMaterial
{
    /// <summary>Whom the daemon's certificate must be from; null: whom this machine trusts.</summary>
    public string? Authority { get; init; }

    /// <summary>What this client shows of itself.</summary>
    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>Any certificate of the daemon will do.</summary>
    public bool SkipVerify { get; init; }
}
