namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the commands on containers' files and on what takes space, as Docker documents them.</summary>
internal static class FileDefinitions
{
    public static Command Cp() => new("cp", "cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-", "Copy files/folders between a container and the local filesystem", 2, 2, Commands.CopyCommand.RunAsync)
    {
        OtherUsage = "cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
        Details = "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
        Aliases = "container cp, cp",
        Options = static o =>
        {
            o.Add("archive", 'a', "bool", "Archive mode (copy all uid/gid information)");
            o.Add("follow-link", 'L', "bool", "Always follow symbol link in SRC_PATH");
            o.Add("quiet", 'q', "bool", "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached");
        },
    };

    public static Command Commit() => new("commit", "commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Create a new image from a container's changes", 1, 2, Commands.CommitCommand.RunAsync)
    {
        Aliases = "container commit, commit",
        Options = static o =>
        {
            o.Add("author", 'a', "string", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")");
            o.Add("change", 'c', "list", "Apply Dockerfile instruction to the created image");
            o.Add("message", 'm', "string", "Commit message");
            o.Add("no-pause", null, "bool", "Disable pausing container during commit");
            o.Add("pause", 'p', "bool", "Pause container during commit", "true");
        },
    };

    public static Command Export() => new("export", "export [OPTIONS] CONTAINER", "Export a container's filesystem as a tar archive", 1, 1, Commands.ExportCommand.RunAsync)
    {
        Aliases = "container export, export",
        Options = static o => o.Add("output", 'o', "string", "Write to a file, instead of STDOUT"),
    };

    public static Command ContainerPrune() => new("prune", "prune [OPTIONS]", "Remove all stopped containers", 0, 0, Commands.PruneCommands.ContainersAsync)
    {
        Options = static o =>
        {
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
        },
    };

    public static Command ImagePrune() => new("prune", "prune [OPTIONS]", "Remove unused images", 0, 0, Commands.PruneCommands.ImagesAsync)
    {
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Remove all unused images, not just dangling ones");
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
        },
    };

    public static Command SystemPrune() => new("prune", "prune [OPTIONS]", "Remove unused data", 0, 0, Commands.PruneCommands.SystemAsync)
    {
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Remove all unused images not just dangling ones");
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"label=<key>=<value>\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
            o.Add("volumes", null, "bool", "Prune anonymous volumes");
        },
    };

    public static Command Df() => new("df", "df [OPTIONS]", "Show docker disk usage", 0, 0, Commands.DiskUsageCommand.RunAsync)
    {
        Options = static o =>
        {
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("verbose", 'v', "bool", "Show detailed information on space usage");
        },
    };
}
