namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the volume commands, as Docker documents them.</summary>
internal static class VolumeDefinitions
{
    private const string ClusterOnly = "it is for cluster volumes, which a swarm has, and this is none";

    public static Command Create() => new("create", "create [OPTIONS] [VOLUME]", "Create a volume", 0, 1, Commands.VolumeCreateCommand.RunAsync)
    {
        Options = static o =>
        {
            o.Add("driver", 'd', "string", "Specify volume driver name", "local");
            o.Add("label", null, "list", "Set metadata for a volume");
            o.Add("name", null, "string", "Specify volume name");
            o.Add("opt", 'o', "map", "Set driver specific options", "map[]");
            foreach (var name in (string[])["availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "topology-preferred", "topology-required", "type"]) o.AddRefused(name, "string", ClusterOnly);
        },
    };

    public static Command Inspect() => new("inspect", "inspect [OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes", 1, Command.Any, Commands.InspectCommand.RunVolumeAsync)
    {
        Options = static o => o.Add("format", 'f', "string", "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"),
    };

    public static Command Ls() => new("ls", "ls [OPTIONS]", "List volumes", 0, 0, Commands.VolumeLsCommand.RunAsync)
    {
        Aliases = "volume ls, volume list",
        Options = static o =>
        {
            o.Add("filter", 'f', "filter", "Provide filter values (e.g. \"dangling=true\")");
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.AddRefused("cluster", "bool", ClusterOnly);
            o.Add("quiet", 'q', "bool", "Only display volume names");
        },
    };

    public static Command Prune() => new("prune", "prune [OPTIONS]", "Remove unused local volumes", 0, 0, Commands.PruneCommands.VolumesAsync)
    {
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Remove all unused volumes, not just anonymous ones");
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"label=<label>\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
        },
    };

    public static Command Rm() => new("rm", "rm [OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes", 1, Command.Any, Commands.VolumeRmCommand.RunAsync)
    {
        Details = "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
        Aliases = "volume rm, volume remove",
        Options = static o => o.Add("force", 'f', "bool", "Force the removal of one or more volumes"),
    };

    public static Command Update() => new("update", "update [OPTIONS] [VOLUME]", "Update a volume (cluster volumes only)", 1, 1, Commands.VolumeUpdateCommand.RunAsync)
    {
        Options = static o => o.Add("availability", null, "string", "Cluster Volume availability (\"active\", \"pause\", \"drain\")", "active"),
    };
}
