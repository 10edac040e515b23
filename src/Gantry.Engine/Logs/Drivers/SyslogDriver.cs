using System.Globalization;
using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class SyslogDriver : RemoteLogDriver
{
    private const int DefaultPort = 514;
    private const int Daemon = 3;

    // By their numbers, RFC 5424 section 6.2.1.
    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "", "", "", "",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] LocalSockets = ["/dev/log", "/var/run/syslog", "/var/run/log"];

    public override string Name => "syslog";

    public override IReadOnlyList<string> Options { get; } =
    [
        "syslog-address", "syslog-facility", "syslog-format", "syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key", "syslog-tls-skip-verify",
    ];

    public override LogReceiver Receiver(ContainerRecord container, DriverOptions options) => Address(options) with
    {
        AuthorityFile = options.Text("syslog-tls-ca-cert"),
        CertificateFile = options.Text("syslog-tls-cert"),
        KeyFile = options.Text("syslog-tls-key"),
        // That it is there counts, as in Docker, whatever it says.
        SkipVerify = options.Has("syslog-tls-skip-verify"),
        Tag = LogTag.Of(container, options, LogTag.Default),
        HostName = Environment.MachineName,
        Format = options.Text("syslog-format"),
        Facility = Facility(options),
        DropsWhileAway = true,
    };

    protected override void CheckValues(DriverOptions options)
    {
        if (options.Text("syslog-address").Length > 0)
        {
            _ = Address(options);
        }

        _ = Facility(options);
        if (options.Text("syslog-format") is not ("" or "rfc3164" or "rfc5424" or "rfc5424micro"))
        {
            throw new InvalidArgumentException("Invalid syslog format");
        }
    }

    private static LogReceiver Address(DriverOptions options)
    {
        if (options.Text("syslog-address") is not { Length: > 0 } text)
        {
            return new() { Transport = "unixgram", Path = Array.Find(LocalSockets, Path.Exists) ?? throw new InvalidArgumentException("Unix syslog delivery error") };
        }

        var address = LogAddress.Parse(text);
        return address.Scheme switch
        {
            "unix" or "unixgram" => Path.Exists(address.Path)
                ? new() { Transport = address.Scheme, Path = address.Path }
                : throw new InvalidArgumentException($"stat {address.Path}: no such file or directory"),
            "udp" or "tcp" => new() { Transport = address.Scheme, Host = address.Host, Port = address.Port ?? DefaultPort },
            "tcp+tls" => new() { Transport = "tls", Host = address.Host, Port = address.Port ?? DefaultPort },
            _ => throw new InvalidArgumentException($"unsupported scheme: '{address.Scheme}'"),
        };
    }

    private static int Facility(DriverOptions options)
    {
        var text = options.Text("syslog-facility");
        return text.Length == 0 ? Daemon
            : Array.IndexOf(Facilities, text) is >= 0 and var named ? named
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Facilities.Length ? number
            : throw new InvalidArgumentException("invalid syslog facility");
    }
}
