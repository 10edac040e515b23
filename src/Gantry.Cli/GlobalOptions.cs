using Gantry.Cli.CommandLine;

namespace Gantry.Cli;

/// <summary>The options before the command's name.</summary>
internal static class GlobalOptions
{
    public static OptionSet Create()
    {
        var options = new OptionSet();
        options.Add("config", null, "string", "Location of client config files (default \"~/.docker\")");
        options.Add("context", 'c', "string", "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")");
        options.Add("debug", 'D', "bool", "Enable debug mode");
        options.Add("host", 'H', "list", "Daemon socket to connect to");
        options.Add("log-level", 'l', "string", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")", "info");
        options.Add("version", 'v', "bool", "Print version information and quit");
        return options;
    }
}
