namespace Gantry.Linux.Tls;

/// <summary>Whom to trust, and as whom to come.</summary>
public sealed record TlsSettings
{
    /// <summary>What the other side's certificate has to be for: a name, or an address.</summary>
    public required string Host { get; init; }

    /// <summary>Files of PEM; empty for the authorities that this machine trusts, and for no certificate of one's own.</summary>
    public string AuthorityFile { get; init; } = "";

    public string CertificateFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    public bool SkipVerify { get; init; }
}
