using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Cli;

/// <summary>The options before the command's name.</summary>
internal static class GlobalOptions
{
    public static OptionSet Create()
    {
        var options = new OptionSet();
        var usual = Session.UsualConfigDirectory;
        var certificates = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") is { Length: > 0 } path ? path : usual;
        options.Add("config", null, "string", "Location of client config files", usual);
        options.Add("context", 'c', "string", "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")");
        options.Add("debug", 'D', "bool", "Enable debug mode");
        options.Add("host", 'H', "list", "Daemon socket to connect to");
        options.Add("log-level", 'l', "string", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")", "info");
        options.Add("tls", null, "bool", "Use TLS; implied by --tlsverify");
        options.Add("tlscacert", null, "string", "Trust certs signed only by this CA", Path.Combine(certificates, "ca.pem"));
        options.Add("tlscert", null, "string", "Path to TLS certificate file", Path.Combine(certificates, "cert.pem"));
        options.Add("tlskey", null, "string", "Path to TLS key file", Path.Combine(certificates, "key.pem"));
        options.Add("tlsverify", null, "bool", "Use TLS and verify the remote");
        options.Add("version", 'v', "bool", "Print version information and quit");
        return options;
    }
}
