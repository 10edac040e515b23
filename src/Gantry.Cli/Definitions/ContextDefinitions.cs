namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the context commands, as Docker documents them.</summary>
internal static class ContextDefinitions
{
    public static readonly string[] Names = ["create", "export", "import", "inspect", "ls", "rm", "show", "update", "use"];

    private const string EndpointHelp =
        "Docker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context's Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n";

    private const string EndpointExample = "my-context --description \"some description\" --docker \"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file\"";

    public static Command? Find(string name) => name switch
    {
        "create" => Create(),
        "export" => new("export", "export [OPTIONS] CONTEXT [FILE|-]", "Export a context to a tar archive FILE or a tar stream on STDOUT.", 1, 2, Commands.ContextExportCommand.RunAsync),
        "import" => new("import", "import CONTEXT FILE|-", "Import a context from a tar or zip file", 2, 2, Commands.ContextImportCommand.RunAsync),
        "inspect" => Inspect(),
        "ls" or "list" => Ls(),
        "rm" or "remove" => Rm(),
        "show" => new("show", "show", "Print the name of the current context", 0, 0, Commands.ContextShowCommand.RunAsync),
        "update" => Update(),
        "use" => new("use", "use CONTEXT", "Set the current docker context", 1, 1, Commands.ContextUseCommand.RunAsync),
        _ => null,
    };

    private static Command Create() => new("create", "create [OPTIONS] CONTEXT", "Create a context", 1, 1, Commands.ContextCreateCommand.RunAsync)
    {
        Details = $"Create a context\n\n{EndpointHelp}$ docker context create {EndpointExample}",
        Options = static o =>
        {
            o.Add("description", null, "string", "Description of the context");
            o.Add("docker", null, "stringToString", "set the docker endpoint", "[]");
            o.Add("from", null, "string", "create context from a named context");
        },
    };

    private static Command Update() => new("update", "update [OPTIONS] CONTEXT", "Update a context", 1, 1, Commands.ContextUpdateCommand.RunAsync)
    {
        Details = $"Update a context\n\n{EndpointHelp}$ docker context update {EndpointExample}",
        Options = static o =>
        {
            o.Add("description", null, "string", "Description of the context");
            o.Add("docker", null, "stringToString", "set the docker endpoint", "[]");
        },
    };

    private static Command Inspect() => new("inspect", "inspect [OPTIONS] [CONTEXT] [CONTEXT...]", "Display detailed information on one or more contexts", 0, Command.Any, Commands.ContextInspectCommand.RunAsync)
    {
        Options = static o => o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"),
    };

    private static Command Ls() => new("ls", "ls [OPTIONS]", "List contexts", 0, 0, Commands.ContextLsCommand.RunAsync)
    {
        Aliases = "context ls, context list",
        Options = static o =>
        {
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("quiet", 'q', "bool", "Only show context names");
        },
    };

    private static Command Rm() => new("rm", "rm CONTEXT [CONTEXT...]", "Remove one or more contexts", 1, Command.Any, Commands.ContextRmCommand.RunAsync)
    {
        Aliases = "context rm, context remove",
        Options = static o => o.Add("force", 'f', "bool", "Force the removal of a context in use"),
    };
}
