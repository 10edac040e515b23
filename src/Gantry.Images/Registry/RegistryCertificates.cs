using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Spec;

namespace Gantry.Images.Registry;

/// <summary>What lies in a registry's directory below <c>certs.d</c>: authorities to trust for it, and certificates to show it.</summary>
internal sealed record RegistryCertificates(X509Certificate2Collection Authorities, X509Certificate2Collection Own)
{
    /// <summary>Null where there is no directory for the host.</summary>
    public static RegistryCertificates? Find(IReadOnlyList<string> directories, string authority)
    {
        if (directories.Select(d => Path.Combine(d, authority)).FirstOrDefault(Directory.Exists) is not { } directory)
        {
            return null;
        }

        var found = new RegistryCertificates([], []);
        foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            try
            {
                switch (Path.GetExtension(file))
                {
                    case ".crt":
                        found.Authorities.ImportFromPemFile(file);
                        break;
                    case ".cert":
                        found.Own.Add(X509Certificate2.CreateFromPemFile(file, KeyOf(file)));
                        break;
                }
            }
            catch (CryptographicException e)
            {
                throw new InvalidArgumentException($"certificate {file} for registry {authority} cannot be used: {e.Message}", e);
            }
        }

        return found;
    }

    public SslClientAuthenticationOptions ToOptions(bool verify)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificates = Own };
        if (verify && Authorities.Count > 0)
        {
            // Beside the system's, not instead of them, as Docker does.
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
                || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 server && IsTrusted(server, chain));
        }

        return options;
    }

    private static string KeyOf(string file) => Path.ChangeExtension(file, ".key") is var key && File.Exists(key)
        ? key
        : throw new InvalidArgumentException($"missing key {key} for client certificate {file}");

    private bool IsTrusted(X509Certificate2 server, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(server);
    }
}
