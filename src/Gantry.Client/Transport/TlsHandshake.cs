using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>PEM texts as <see cref="SslStream"/> takes them, and what it finds wrong with the daemon.</summary>
internal sealed class TlsHandshake(TlsMaterial material, string host)
{
    /// <summary>Null where the daemon's certificate was not the matter.</summary>
    public string? Problem { get; private set; }

    /// <exception cref="InvalidArgumentException">A text is not what it should be.</exception>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateRevocationCheckMode = X509RevocationMode.NoCheck, RemoteCertificateValidationCallback = IsGood };
        if (material.Certificate is not null && material.Key is not null) options.ClientCertificateContext = ClientCertificate(material.Certificate, material.Key);
        if (material.Authority is not null && !material.SkipVerify) options.CertificateChainPolicy = Trusting(material.Authority);
        return options;
    }

    private bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || material.SkipVerify) return true;
        Problem = certificate is null ? "it shows no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"its certificate is for another name than {host}"
            : chain?.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) == true ? $"its certificate is not valid today, but from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()}"
            : "its certificate is not from an authority that is trusted: --tlscacert names one";
        return false;
    }

    private static SslStreamCertificateContext ClientCertificate(string certificate, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidArgumentException("the client certificate (cert.pem) and its key (key.pem) are not a pair of PEM texts", e);
        }
    }

    private static X509ChainPolicy Trusting(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(authority);
        }
        catch (CryptographicException e)
        {
            throw new InvalidArgumentException("the certificate authority (ca.pem) is not a PEM text", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new InvalidArgumentException("the certificate authority (ca.pem) holds no certificate");
    }
}
