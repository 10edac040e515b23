namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the network commands, as Docker documents them.</summary>
internal static class NetworkDefinitions
{
    private const string Format = "Format output using a custom template:\n";
    private const string Formats = "'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

    public static Command? Find(string name) => name switch
    {
        "connect" => Connect(),
        "create" => Create(),
        "disconnect" => Disconnect(),
        "inspect" => Inspect(),
        "ls" or "list" => Ls(),
        "prune" => Prune(),
        "rm" or "remove" => Rm(),
        _ => null,
    };

    private static Command Create() => new("create", "create [OPTIONS] NETWORK", "Create a network", 1, 1, Commands.NetworkCreateCommand.RunAsync)
    {
        Options = static o =>
        {
            o.Add("attachable", null, "bool", "Enable manual container attachment");
            o.Add("aux-address", null, "map", "Auxiliary IPv4 or IPv6 addresses used by Network driver", "map[]");
            o.Add("config-from", null, "string", "The network from which to copy the configuration");
            o.Add("config-only", null, "bool", "Create a configuration only network");
            o.Add("driver", 'd', "string", "Driver to manage the Network", "bridge");
            o.Add("gateway", null, "strings", "IPv4 or IPv6 Gateway for the master subnet");
            o.Add("ingress", null, "bool", "Create swarm routing-mesh network");
            o.Add("internal", null, "bool", "Restrict external access to the network");
            o.Add("ip-range", null, "strings", "Allocate container ip from a sub-range");
            o.Add("ipam-driver", null, "string", "IP Address Management Driver", "default");
            o.Add("ipam-opt", null, "map", "Set IPAM driver specific options", "map[]");
            o.Add("ipv4", null, "bool", "Enable or disable IPv4 address assignment", "true");
            o.Add("ipv6", null, "bool", "Enable or disable IPv6 address assignment");
            o.Add("label", null, "list", "Set metadata on a network");
            o.Add("opt", 'o', "map", "Set driver specific options", "map[]");
            o.Add("scope", null, "string", "Control the network's scope");
            o.Add("subnet", null, "strings", "Subnet in CIDR format that represents a network segment");
        },
    };

    private static Command Connect() => new("connect", "connect [OPTIONS] NETWORK CONTAINER", "Connect a container to a network", 2, 2, Commands.NetworkConnectCommand.RunAsync)
    {
        Options = static o =>
        {
            o.Add("alias", null, "strings", "Add network-scoped alias for the container");
            o.Add("driver-opt", null, "strings", "driver options for the network");
            o.Add("gw-priority", null, "int", "Highest gw-priority provides the default gateway. Accepts positive and negative values.", "0");
            o.Add("ip", null, "string", "IPv4 address (e.g., \"172.30.100.104\")");
            o.Add("ip6", null, "string", "IPv6 address (e.g., \"2001:db8::33\")");
            o.Add("link", null, "list", "Add link to another container");
            o.Add("link-local-ip", null, "strings", "Add a link-local address for the container");
        },
    };

    private static Command Disconnect() => new("disconnect", "disconnect [OPTIONS] NETWORK CONTAINER", "Disconnect a container from a network", 2, 2, Commands.NetworkConnectCommand.DisconnectAsync)
    {
        Options = static o => o.Add("force", 'f', "bool", "Force the container to disconnect from a network"),
    };

    private static Command Inspect() => new("inspect", "inspect [OPTIONS] NETWORK [NETWORK...]", "Display detailed information on one or more networks", 1, Command.Any, Commands.InspectCommand.RunNetworkAsync)
    {
        Options = static o =>
        {
            o.Add("format", 'f', "string", Format + Formats);
            o.Add("verbose", 'v', "bool", "Verbose output for diagnostics");
        },
    };

    private static Command Ls() => new("ls", "ls [OPTIONS]", "List networks", 0, 0, Commands.NetworkLsCommand.RunAsync)
    {
        Aliases = "network ls, network list",
        Options = static o =>
        {
            o.Add("filter", 'f', "filter", "Provide filter values (e.g. \"driver=bridge\")");
            o.Add("format", null, "string", Format + "'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n" + Formats);
            o.Add("no-trunc", null, "bool", "Do not truncate the output");
            o.Add("quiet", 'q', "bool", "Only display network IDs");
        },
    };

    private static Command Prune() => new("prune", "prune [OPTIONS]", "Remove all unused networks", 0, 0, Commands.PruneCommands.NetworksAsync)
    {
        Options = static o =>
        {
            o.Add("filter", null, "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
            o.Add("force", 'f', "bool", "Do not prompt for confirmation");
        },
    };

    private static Command Rm() => new("rm", "rm NETWORK [NETWORK...]", "Remove one or more networks", 1, Command.Any, Commands.NetworkRmCommand.RunAsync)
    {
        Aliases = "network rm, network remove",
        Options = static o => o.Add("force", 'f', "bool", "Do not error if the network does not exist"),
    };
}
