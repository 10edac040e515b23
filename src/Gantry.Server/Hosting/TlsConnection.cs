using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Configuration;
using Gantry.Server.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Encryption beneath HTTP, also of connections that HTTP has left.</summary>
internal sealed partial class TlsConnection
{
    /// <summary>An extended key usage of certificates (RFC 5280, 4.2.1.12): to be a client of TLS.</summary>
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);
    private readonly SslServerAuthenticationOptions _options;
    private readonly ILogger _logger;
    private readonly string _reason;

    public TlsConnection(TlsIdentity identity, ILogger logger)
    {
        _logger = logger;
        _reason = identity.Authorities is null ? "it does not speak TLS, or does not trust our certificate" : "it does not speak TLS, or has no certificate of our authority";
        _options = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(identity.Own, identity.Chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        if (identity.Authorities is { } authorities)
        {
            _options.ClientCertificateRequired = true;
            _options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => certificate is not null && IsVouchedFor(certificate, chain, authorities);
        }
    }

    /// <summary>Connection middleware.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var encrypted = connection.Transport;
        var stream = new SslStream(new DuplexPipeStream(encrypted), leaveInnerStreamOpen: true);
        await using (stream.ConfigureAwait(false))
        {
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed))
            {
                patience.CancelAfter(HandshakePatience);
                try
                {
                    await stream.AuthenticateAsServerAsync(_options, patience.Token).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException or CryptographicException)
                {
                    LogRefused(_logger, connection.RemoteEndPoint?.ToString() ?? "a client", failure is OperationCanceledException ? "it was silent" : _reason);
                    return;
                }
            }

            connection.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature { ClientCertificate = stream.RemoteCertificate as X509Certificate2 });
            var plain = new PipePair(PipeReader.Create(stream, new(leaveOpen: true)), PipeWriter.Create(stream, new(leaveOpen: true)));
            connection.Transport = plain;
            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                await plain.Input.CompleteAsync().ConfigureAwait(false);
                await plain.Output.CompleteAsync().ConfigureAwait(false);
                connection.Transport = encrypted;
            }
        }
    }

    private static bool IsVouchedFor(X509Certificate certificate, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUsage));
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);

        return chain.Build((X509Certificate2)certificate);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} did not come to an encrypted connection: {Reason}")]
    private static partial void LogRefused(ILogger logger, string client, string reason);
}
