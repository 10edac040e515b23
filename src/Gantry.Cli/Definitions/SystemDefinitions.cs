namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the system commands, as Docker documents them.</summary>
internal static class SystemDefinitions
{
    public static Command Events() => new("events", "events [OPTIONS]", "Get real time events from the server", 0, 0, Commands.EventsCommand.RunAsync)
    {
        Aliases = "system events, events",
        Options = static o =>
        {
            o.Add("filter", 'f', "filter", "Filter output based on conditions provided");
            o.Add("format", null, "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("since", null, "string", "Show all events created since timestamp");
            o.Add("until", null, "string", "Stream events until this timestamp");
        },
    };

    public static Command Version() => new("version", "version [OPTIONS]", "Show the Docker version information", 0, 0, Commands.VersionCommand.RunAsync)
    {
        Aliases = "",
        Options = static o =>
        {
            o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
        },
    };

    public static Command Info() => new("info", "info [OPTIONS]", "Display system-wide information", 0, 0, Commands.InfoCommand.RunAsync)
    {
        Aliases = "system info, info",
        Options = static o =>
        {
            o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
        },
    };

    public static Command Login() => new("login", "login [OPTIONS] [SERVER]", "Authenticate to a registry", 0, 1, Commands.LoginCommand.RunAsync)
    {
        Details = "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
        Options = static o =>
        {
            o.Add("docker-config", null, "bool", "Keep the credentials in config.json, where Docker's command line reads them, instead of encrypted beside it");
            o.Add("password", 'p', "string", "Password or Personal Access Token (PAT)");
            o.Add("password-stdin", null, "bool", "Take the Password or Personal Access Token (PAT) from stdin");
            o.Add("username", 'u', "string", "Username");
        },
    };

    public static Command Logout() => new("logout", "logout [SERVER]", "Log out from a registry", 0, 1, Commands.LogoutCommand.RunAsync)
    {
        Details = "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
    };

    public static Command Inspect() => new("inspect", "inspect [OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects", 1, Command.Any, Commands.InspectCommand.RunAsync)
    {
        Aliases = "",
        Options = static o =>
        {
            o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("size", 's', "bool", "Display total file sizes if the type is container");
            o.Add("type", null, "string", "Only inspect objects of the given type");
        },
    };

    public static Command ContainerInspect() => new("inspect", "inspect [OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers", 1, Command.Any, Commands.InspectCommand.RunContainerAsync)
    {
        Options = static o =>
        {
            o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("size", 's', "bool", "Display total file sizes");
        },
    };

    public static Command ImageInspect() => new("inspect", "inspect [OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images", 1, Command.Any, Commands.InspectCommand.RunImageAsync)
    {
        Options = static o =>
        {
            o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("platform", null, "string", "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)");
            o.Add("registry", null, "bool", "Ask the registry: the image need not be here");
        },
    };

    /// <summary>Called by ssh, not by people: no list names it.</summary>
    public static Command DialStdio() => new("dial-stdio", "dial-stdio", "Proxy the stdio stream to the daemon connection. Should not be invoked manually.", 0, 0, Commands.DialStdioCommand.RunAsync);

    public static Command Completion(string shell) => new(shell, shell, $"Generate the autocompletion script for {shell}", 0, 0, Commands.CompletionCommand.RunAsync);

    /// <summary>Called by the completion scripts, not by people.</summary>
    public static Command Complete() => new("__complete", "__complete -- WORD...", "Print what may replace the last word", 0, Command.Any, Commands.CompletionCommand.CompleteAsync) { StopsAtFirstArgument = true };
}
