using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>What connections over TCP are encrypted with, in PEM files (dockerd's <c>--tls…</c>).</summary>
internal sealed record TlsOptions
{
    public bool IsOn { get; init; }

    /// <summary>Whoever connects must have a certificate of <see cref="Authority"/>.</summary>
    public bool Verifies { get; init; }

    public string Authority { get; init; } = InDirectory("ca.pem");

    public string Certificate { get; init; } = InDirectory("cert.pem");

    public string Key { get; init; } = InDirectory("key.pem");

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidArgumentException">One cannot be read, or they do not belong together.</exception>
    public TlsIdentity Load()
    {
        var own = Read("certificate and key", $"{Certificate} and {Key}", () => X509Certificate2.CreateFromPemFile(Certificate, Key));
        var chain = Read("certificate", Certificate, () => Pem(Certificate));
        chain.RemoveAt(0);
        return new(own, chain, Verifies ? Read("authority", Authority, () => Pem(Authority)) : null);
    }

    private static T Read<T>(string what, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidArgumentException($"the {what} for TLS, {path}, cannot be read: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection Pem(string path)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return all.Count > 0 ? all : throw new CryptographicException("there is no certificate in it");
    }

    private static string InDirectory(string name) => Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") is { Length: > 0 } directory ? directory : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
        name);
}

/// <param name="Own">The daemon's certificate, with its key.</param>
/// <param name="Chain">What is between it and its authority.</param>
/// <param name="Authorities">Who vouches for clients; null where none is asked.</param>
internal sealed record TlsIdentity(X509Certificate2 Own, X509Certificate2Collection Chain, X509Certificate2Collection? Authorities);
