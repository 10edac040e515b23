using System.Globalization;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Compose;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose port: where a port of a service is published.</summary>
internal static class PortCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "port [OPTIONS] SERVICE PRIVATE_PORT", "Print the public port for a port binding", 2, Command.Any, RunAsync, static o =>
    {
        o.Add("index", null, "int", "Index of the container if service has multiple replicas", "0");
        o.Add("protocol", null, "string", "tcp or udp", "tcp");
    });

    /// <param name="ports">As the engine lists them with a container.</param>
    /// <exception cref="ComposeException">It is not published.</exception>
    public static string Find(IEnumerable<JsonElement> ports, int wanted, string protocol, string container)
    {
        var known = ports.ToList();
        var found = known.Find(port => port.Number("PrivatePort") == wanted && port.Text("Type") == protocol);
        if (found.ValueKind == JsonValueKind.Object) return $"{found.Text("IP")}:{found.Number("PublicPort").ToString(CultureInfo.InvariantCulture)}";
        var others = string.Join(", ", known.OrderBy(port => port.Number("PublicPort")).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Number("PublicPort")}/{port.Text("Type")}")));
        throw new ComposeException(string.Create(CultureInfo.InvariantCulture, $"no port {wanted}/{protocol} for container {container}: {others}"));
    }

    private static async Task<int> RunAsync(ComposeCall call)
    {
        if (!ushort.TryParse(call.Arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            var reason = call.Arguments[1].All(char.IsAsciiDigit) && call.Arguments[1].Length > 0 ? "value out of range" : "invalid syntax";
            throw new ComposeException($"strconv.ParseUint: parsing {OptionValues.Quote(call.Arguments[1])}: {reason}");
        }

        var container = await ComposeTarget.ContainerAsync(call, call.Arguments[0]).ConfigureAwait(false);
        call.Out.Line(Find(container.Summary.List("Ports"), port, call.Text("protocol").ToLowerInvariant(), container.Name));
        return 0;
    }
}
