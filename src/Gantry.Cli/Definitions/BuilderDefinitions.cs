namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the commands of <c>builder</c> and <c>buildx</c>, as Docker documents them.</summary>
internal static class BuilderDefinitions
{
    public static readonly string[] Names = ["bake", "build", "create", "du", "imagetools", "inspect", "ls", "prune", "rm", "stop", "use", "version"];

    public static readonly string[] ImageToolNames = ["create", "inspect"];

    /// <param name="group"><c>builder</c> or <c>buildx</c>.</param>
    public static Command? Find(string group, string name) => name switch
    {
        "bake" or "f" => Bake(),
        "build" or "b" => BuildDefinitions.Build(),
        "create" => Create(),
        "du" => Du(),
        "imagetools" => ImageTools(),
        "inspect" => Inspect(),
        "ls" => Ls(),
        "prune" => group == "buildx" ? BuildxPrune() : Prune(),
        "rm" => Rm(),
        "stop" => Stop(),
        "use" => Use(),
        "version" => Version(),
        _ => null,
    };

    public static Command? FindImageTool(string name) => name switch
    {
        "create" => CreateImage(),
        "inspect" => InspectImage(),
        _ => null,
    };

    public static Command Bake() => new("bake", "bake [OPTIONS] [TARGET...]", "Build from a file", 0, Command.Any, Commands.BakeCommand.RunAsync)
    {
        Aliases = "bake, buildx bake, builder bake",
        Options = static o =>
        {
            o.Add("allow", null, "stringArray", "Allow build to access specified resources");
            o.Add("builder", null, "string", "Override the configured builder instance");
            o.Add("call", null, "string", "Set method for evaluating build (\"check\", \"outline\", \"targets\")", "build");
            o.Add("check", null, "bool", "Shorthand for \"--call=check\"");
            o.Add("file", 'f', "stringArray", "Build definition file");
            o.Add("list", null, "string", "List targets or variables");
            o.Add("load", null, "bool", "Shorthand for \"--set=*.output=type=docker\". Conditional.");
            o.Add("metadata-file", null, "string", "Write build result metadata to a file");
            o.Add("no-cache", null, "bool", "Do not use cache when building the image");
            o.Add("print", null, "bool", "Print the options without building");
            o.Add("progress", null, "string", "Set type of progress output (\"auto\", \"none\", \"plain\", \"quiet\", \"rawjson\", \"tty\"). Use plain to show container output", "auto");
            o.Add("provenance", null, "string", "Shorthand for \"--set=*.attest=type=provenance\"");
            o.Add("pull", null, "bool", "Always attempt to pull all referenced images");
            o.Add("push", null, "bool", "Shorthand for \"--set=*.output=type=registry\". Conditional.");
            o.Add("sbom", null, "string", "Shorthand for \"--set=*.attest=type=sbom\"");
            o.Add("set", null, "stringArray", "Override target value (e.g., \"targetpattern.key=value\")");
            o.Add("var", null, "stringArray", "Set a variable value (e.g., \"name=value\")");
        },
    };

    public static Command Prune() => new("prune", "prune", "Remove build cache", 0, 0, Commands.BuildCacheCommands.PruneAsync)
    {
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Remove all unused build cache, not just dangling ones");
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"until=24h\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
            o.Add("keep-storage", null, "bytes", "Amount of disk space to keep for cache");
        },
    };

    private static Command BuildxPrune() => new("prune", "prune", "Remove build cache", 0, 0, Commands.BuildCacheCommands.PruneListedAsync)
    {
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Include internal/frontend images");
            o.Add("builder", null, "string", "Override the configured builder instance");
            o.Add("filter", null, "filter", "Provide filter values");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
            o.AddHidden("keep-storage", null, "bytes");
            o.Add("max-used-space", null, "bytes", "Maximum amount of disk space allowed to keep for cache");
            o.Add("min-free-space", null, "bytes", "Target amount of free disk space after pruning");
            o.Add("reserved-space", null, "bytes", "Amount of disk space always allowed to keep for cache");
            o.Add("verbose", null, "bool", "Provide a more verbose output");
        },
    };

    private static Command Du() => new("du", "du", "Disk usage", 0, 0, Commands.BuildCacheCommands.DiskUsageAsync)
    {
        Options = static o =>
        {
            o.Add("builder", null, "string", "Override the configured builder instance");
            o.Add("filter", null, "filter", "Provide filter values");
            o.Add("format", null, "string", "Format the output");
            o.Add("verbose", null, "bool", "Shorthand for \"--format=pretty\"");
        },
    };

    private static Command Ls() => new("ls", "ls", "List builder instances", 0, 0, Commands.BuilderCommands.ListAsync)
    {
        Options = static o =>
        {
            o.Add("format", null, "string", "Format the output", "table");
            o.Add("no-trunc", null, "bool", "Don't truncate output");
        },
    };

    private static Command Inspect() => new("inspect", "inspect [NAME]", "Inspect current builder instance", 0, 1, Commands.BuilderCommands.InspectAsync)
    {
        Options = static o =>
        {
            o.Add("bootstrap", null, "bool", "Ensure builder has booted before inspecting");
            o.Add("builder", null, "string", "Override the configured builder instance");
        },
    };

    private static Command Use() => new("use", "use [OPTIONS] NAME", "Set the current builder instance", 1, 1, Commands.BuilderEditCommands.UseAsync)
    {
        Options = static o =>
        {
            o.Add("default", null, "bool", "Set builder as default for current context");
            o.Add("global", null, "bool", "Builder persists context changes");
        },
    };

    private static Command Create() => new("create", "create [OPTIONS] [CONTEXT|ENDPOINT]", "Create a new builder instance", 0, 1, Commands.BuilderEditCommands.CreateAsync)
    {
        Options = static o =>
        {
            o.Add("append", null, "bool", "Append a node to builder instead of changing it");
            o.Add("bootstrap", null, "bool", "Boot builder after creation");
            o.Add("buildkitd-config", null, "string", "BuildKit daemon config file");
            o.Add("buildkitd-flags", null, "string", "BuildKit daemon flags");
            o.Add("driver", null, "string", "Driver to use");
            o.Add("driver-opt", null, "stringArray", "Options for the driver");
            o.Add("leave", null, "bool", "Remove a node from builder instead of changing it");
            o.Add("name", null, "string", "Builder instance name");
            o.Add("node", null, "string", "Create/modify node with given name");
            o.Add("platform", null, "stringArray", "Fixed platforms for current node");
            o.Add("use", null, "bool", "Set the current builder instance");
        },
    };

    private static Command Rm() => new("rm", "rm [OPTIONS] [NAME...]", "Remove one or more builder instances", 0, Command.Any, Commands.BuilderEditCommands.RemoveAsync)
    {
        Options = static o =>
        {
            o.Add("all-inactive", null, "bool", "Remove all inactive builders");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
            o.Add("keep-daemon", null, "bool", "Keep the BuildKit daemon running");
            o.Add("keep-state", null, "bool", "Keep BuildKit state");
        },
    };

    private static Command Stop() => new("stop", "stop [NAME]", "Stop builder instance", 0, 1, Commands.BuilderEditCommands.RefuseStopAsync);

    private static Command Version() => new("version", "version", "Show buildx version information", 0, 0, Commands.BuilderCommands.VersionAsync);

    private static Command ImageTools() => new("imagetools", "imagetools COMMAND", "Commands to work on images in registry", 0, Command.Any, Commands.ImageToolsCommands.RunAsync)
    {
        StopsAtFirstArgument = true,
        Details = "Commands to work on images in registry\n\nCommands:\n  create      Create a new image based on source images\n  inspect     Show details of an image in the registry",
    };

    private static Command CreateImage() => new("create", "create [OPTIONS] [SOURCE...]", "Create a new image based on source images", 0, Command.Any, Commands.ImageToolsCommands.CreateAsync)
    {
        Options = static o =>
        {
            o.Add("append", null, "bool", "Append to existing manifest");
            o.Add("dry-run", null, "bool", "Show final image instead of pushing");
            o.Add("platform", 'p', "stringArray", "Filter specified platforms of target image");
            o.Add("prefer-index", null, "bool", "When only a single source is specified, prefer outputting an image index or manifest list instead of performing a carbon copy", "true");
            o.Add("tag", 't', "stringArray", "Set reference for new image");
        },
    };

    private static Command InspectImage() => new("inspect", "inspect [OPTIONS] NAME", "Show details of an image in the registry", 1, 1, Commands.ImageToolsCommands.InspectAsync)
    {
        Options = static o =>
        {
            o.Add("format", null, "string", "Format the output using the given Go template");
            o.Add("raw", null, "bool", "Show original, unformatted JSON manifest");
        },
    };
}
