using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Logs.Receivers;

namespace Gantry.Tests.Monitor.Receivers;

public sealed class SyslogTests
{
    private static readonly LogReceiver Receiver = new() { Transport = "udp", Host = "127.0.0.1", Tag = "tag", HostName = "host", Facility = 3, DropsWhileAway = true };

    [Theory]
    [InlineData("", """^<30>[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d tag\[\d+\]: hello\n$""")]
    [InlineData("rfc3164", """^<30>[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d host tag\[\d+\]: hello\n$""")]
    [InlineData("rfc5424", """^<30>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d) host tag \d+ tag - hello\n$""")]
    [InlineData("rfc5424micro", """^<30>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d) host tag \d+ tag - hello\n$""")]
    public async Task Datagrams_have_the_format_that_was_asked_for(string format, string pattern)
    {
        using var stage = new ReceiverStage();
        var (socket, port) = stage.Listen(ProtocolType.Udp);
        stage.Open("syslog", Receiver with { Port = port, Format = format });
        stage.Write("\nhello\n");
        Assert.Matches(pattern, await TextAsync(socket));
        stage.Write("bad\n", isStderr: true);
        Assert.StartsWith("<27>", await TextAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_made_anew_and_what_waits_goes_over_it()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("syslog", Receiver with { Transport = "tcp", Host = "localhost", Port = port });
        using (var first = await stage.AcceptAsync(listener))
        {
            stage.Write("one\n");
            Assert.EndsWith(" tag[" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "]: one", await LineAsync(first), StringComparison.Ordinal);
        }

        using var second = await stage.AcceptAsync(listener);
        stage.Write("two\n");
        stage.Finish();
        Assert.Matches("^[^\n]*: two\n$", Encoding.UTF8.GetString(await ReceiverStage.AllAsync(second)));
        Assert.True(stage.IsDone);
    }

    [Fact]
    public void A_container_does_not_start_where_nobody_listens()
    {
        using var stage = new ReceiverStage();
        var port = ReceiverStage.FreePort();
        var failure = Assert.Throws<LogReceiverException>(() => stage.Open("syslog", Receiver with { Transport = "tcp", Port = port }));
        Assert.StartsWith($"failed to initialize logging driver: dial tcp 127.0.0.1:{port}: connect: connection refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_none_is_told()
    {
        using var stage = new ReceiverStage();
        var failure = Assert.Throws<LogReceiverException>(() => stage.Open("syslog", Receiver with { Host = "no-such-host.invalid", Port = 514 }));
        Assert.Contains("lookup no-such-host.invalid: no such host", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_is_verified_and_messages_are_counted()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        try
        {
            using var stage = new ReceiverStage();
            var (listener, port) = stage.Listen(ProtocolType.Tcp);
            var receiver = Receiver with { Transport = "tls", Host = "localhost", Port = port, Format = "rfc5424" };
            var server = ServeAsync(stage, listener, certificate);
            Assert.Contains("certificate: self-signed certificate", Assert.Throws<LogReceiverException>(() => stage.Open("syslog", receiver)).Message, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<Exception>(() => server);

            server = ServeAsync(stage, listener, certificate);
            stage.Open("syslog", receiver with { AuthorityFile = file });
            stage.Write("one\ntwo\n");
            stage.Finish();
            var text = Encoding.UTF8.GetString(await server);
            Assert.Equal(2, Regex.Count(text, "- (one|two)\n"));
            Assert.Equal(text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..].IndexOf('\n', StringComparison.Ordinal) + 1, int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<byte[]> ServeAsync(ReceiverStage stage, Socket listener, X509Certificate2 certificate)
    {
        await using var tls = new SslStream(await stage.AcceptAsync(listener));
        await tls.AuthenticateAsServerAsync(certificate, false, SslProtocols.None, false);
        return await ReceiverStage.AllAsync(tls);
    }

    private static async Task<string> TextAsync(Socket socket) => Encoding.UTF8.GetString(await ReceiverStage.DatagramAsync(socket));

    private static async Task<string?> LineAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }
}
