using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class TopCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var table = await call.Client.GetAsync(new Query($"/containers/{Query.Segment(call.Arguments[0])}/top").Add("ps_args", string.Join(' ', call.Arguments.Skip(1))).ToString()).ConfigureAwait(false);
        var lines = new List<string> { string.Join('\t', table.Texts("Titles")) };
        lines.AddRange(table.List("Processes").Select(p => string.Join('\t', p.Texts())));
        call.Out.Write(TabWriter.Align(lines, minimum: 20));
        return 0;
    }
}

internal static class PortCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var container = await call.Client.GetAsync($"/containers/{Query.Segment(call.Arguments[0])}/json").ConfigureAwait(false);
        var ports = container.Members("NetworkSettings", "Ports").ToList();
        if (call.Arguments.Count > 1)
        {
            if (call.Arguments[1].Split('/')[0] is var number && !ushort.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)) throw new CommandLineException($"Error: invalid port ({number}): {OptionValues.Check("uint16", "port", number) ?? "it is not a number"}");
            var wanted = call.Arguments[1].Contains('/', StringComparison.Ordinal) ? call.Arguments[1] : call.Arguments[1] + "/tcp";
            var bound = ports.Find(p => p.Name == wanted);
            if (bound.Value.List() is var bindings && !bindings.Any()) throw new CommandLineException($"Error: No public port '{call.Arguments[1]}' published for {call.Arguments[0]}");
            foreach (var binding in bindings) call.Out.Line(Host(binding.Text("HostIp"), binding.Text("HostPort")));
            return 0;
        }

        foreach (var line in ports.OrderBy(p => int.TryParse(p.Name.Split('/')[0], out var number) ? number : 0).ThenBy(p => p.Name, StringComparer.Ordinal).SelectMany(p => p.Value.List().Select(b => $"{p.Name} -> {Host(b.Text("HostIp"), b.Text("HostPort"))}").Order(StringComparer.Ordinal))) call.Out.Line(line);
        return 0;
    }

    private static string Host(string ip, string port) => ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]:{port}" : $"{ip}:{port}";
}

internal static class DiffCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var changes = await call.Client.GetAsync($"/containers/{Query.Segment(call.Arguments[0])}/changes").ConfigureAwait(false);
        foreach (var change in changes.List()) call.Out.Line($"{change.Number("Kind") switch { 0 => 'C', 1 => 'A', _ => 'D' }} {change.Text("Path")}");
        return 0;
    }
}
