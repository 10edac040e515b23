using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the image commands, as Docker documents them.</summary>
internal static class ImageDefinitions
{
    public static Command Images() => new("images", "images [OPTIONS] [REPOSITORY[:TAG]]", "List images", 0, 1, Commands.ImagesCommand.RunAsync)
    {
        Aliases = "image ls, image list, images",
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Show all images (default hides intermediate and dangling images)");
            o.Add("digests", null, "bool", "Show digests");
            o.Add("filter", 'f', "filter", "Filter output based on conditions provided");
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("no-trunc", null, "bool", "Don't truncate output");
            o.Add("quiet", 'q', "bool", "Only show image IDs");
            o.Add("tree", null, "bool", "List multi-platform images as a tree (EXPERIMENTAL)");
        },
    };

    public static Command Pull() => new("pull", "pull [OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", 1, 1, Commands.PullCommand.RunAsync)
    {
        Aliases = "image pull, pull",
        Options = static o =>
        {
            o.Add("all-tags", 'a', "bool", "Download all tagged images in the repository");
            ContentTrust.Add(o);
            o.Add("platform", null, "string", "Set platform if server is multi-platform capable");
            o.Add("quiet", 'q', "bool", "Suppress verbose output");
        },
    };

    public static Command Load() => new("load", "load [OPTIONS]", "Load an image from a tar archive or STDIN", 0, 0, Commands.LoadCommand.RunAsync)
    {
        Aliases = "image load, load",
        Options = static o =>
        {
            o.Add("input", 'i', "string", "Read from tar archive file, instead of STDIN");
            o.Add("platform", null, "stringSlice", "Load only the given platform(s). Formatted as a comma-separated list of os[/arch[/variant]] (e.g., linux/amd64,linux/arm64/v8).");
            o.Add("quiet", 'q', "bool", "Suppress the load output");
        },
    };

    public static Command Save() => new("save", "save [OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)", 1, Command.Any, Commands.SaveCommand.RunAsync)
    {
        Aliases = "image save, save",
        Options = static o =>
        {
            o.Add("output", 'o', "string", "Write to a file, instead of STDOUT");
            o.Add("platform", null, "stringSlice", "Save only the given platform(s). Formatted as a comma-separated list of os[/arch[/variant]] (e.g., linux/amd64,linux/arm64/v8)");
        },
    };

    public static Command Import() => new("import", "import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]", "Import the contents from a tarball to create a filesystem image", 1, Command.Any, Commands.ImportCommand.RunAsync)
    {
        Aliases = "image import, import",
        Options = static o =>
        {
            o.Add("change", 'c', "list", "Apply Dockerfile instruction to the created image");
            o.Add("message", 'm', "string", "Set commit message for imported image");
            o.Add("platform", null, "string", "Set platform if server is multi-platform capable");
        },
    };

    public static Command Tag() => new("tag", "tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", 2, 2, Commands.TagCommand.RunAsync)
    {
        Aliases = "image tag, tag",
    };

    public static Command Rmi() => new("rmi", "rmi [OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", 1, Command.Any, Commands.RmiCommand.RunAsync)
    {
        Aliases = "image rm, image remove, rmi",
        Options = static o =>
        {
            o.Add("force", 'f', "bool", "Force removal of the image");
            o.Add("no-prune", null, "bool", "Do not delete untagged parents");
            o.Add("platform", null, "stringSlice", "Remove only the given platform variant. Formatted as os[/arch[/variant]] (e.g., linux/amd64)");
        },
    };

    public static Command History() => new("history", "history [OPTIONS] IMAGE", "Show the history of an image", 1, 1, Commands.HistoryCommand.RunAsync)
    {
        Aliases = "image history, history",
        Options = static o =>
        {
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("human", 'H', "bool", "Print sizes and dates in human readable format", "true");
            o.Add("no-trunc", null, "bool", "Don't truncate output");
            o.Add("platform", null, "string", "Show history for the given platform. Formatted as os[/arch[/variant]] (e.g., linux/amd64)");
            o.Add("quiet", 'q', "bool", "Only show image IDs");
        },
    };

    public static Command Push() => new("push", "push [OPTIONS] NAME[:TAG]", "Upload an image to a registry", 1, 1, Commands.PushCommand.RunAsync)
    {
        Aliases = "image push, push",
        Options = static o =>
        {
            o.Add("all-tags", 'a', "bool", "Push all tags of an image to the repository");
            ContentTrust.Add(o);
            o.Add("platform", null, "string", "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)");
            o.Add("quiet", 'q', "bool", "Suppress verbose output");
        },
    };

    public static Command Search() => new("search", "search [OPTIONS] TERM", "Search Docker Hub for images", 1, 1, Commands.SearchCommand.RunAsync)
    {
        Options = static o =>
        {
            o.Add("filter", 'f', "filter", "Filter output based on conditions provided");
            o.Add("format", null, "string", "Pretty-print search using a Go template");
            o.Add("limit", null, "int", "Max number of search results");
            o.Add("no-trunc", null, "bool", "Don't truncate output");
        },
    };
}
