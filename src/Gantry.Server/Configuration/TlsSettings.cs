namespace Gantry.Server.Configuration;

/// <summary>The settings of encrypted connections, by Docker's names.</summary>
internal static class TlsSettings
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        Setting("tls", null, "Encrypt connections over TCP; --tlsverify implies it", (tls, value) => tls with { IsOn = DaemonSetting.Switch("tls", value) || tls.Verifies }),
        Setting("tlsverify", null, "Encrypt connections over TCP, and take only clients with a certificate of --tlscacert", (tls, value) => DaemonSetting.Switch("tlsverify", value) ? tls with { Verifies = true, IsOn = true } : tls with { Verifies = false }),
        Setting("tlscacert", "file", "The authority of clients' certificates (default ~/.docker/ca.pem)", (tls, value) => tls with { Authority = value }),
        Setting("tlscert", "file", "The daemon's certificate (default ~/.docker/cert.pem)", (tls, value) => tls with { Certificate = value }),
        Setting("tlskey", "file", "The key of the daemon's certificate (default ~/.docker/key.pem)", (tls, value) => tls with { Key = value }),
    ];

    private static DaemonSetting Setting(string name, string? value, string help, Func<TlsOptions, string, TlsOptions> apply) =>
        new(name, name, null, value, help, (options, text) => options with { Tls = apply(options.Tls, text) });
}
