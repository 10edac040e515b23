using System.Globalization;
using System.Text.Json;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>What templates know of a container of a service.</summary>
internal static class ServiceColumns
{
    public static IReadOnlyList<Column<JsonElement>> Of(bool cut) =>
    [
        .. Cli.Commands.PsCommand.Columns(cut).Where(column => column.Name is not ("Ports" or "Platform")),
        new("Name", "NAME", c => ComposeContainer.Parse(c).Name),
        new("Project", "PROJECT", c => c.Text("Labels", ComposeLabels.Project)),
        new("Service", "SERVICE", c => c.Text("Labels", ComposeLabels.Service)),
        new("Health", "HEALTH", c => HealthOf(c.Text("Status"))),
        new("ExitCode", "EXIT CODE", c => ExitCodeOf(c.Text("Status"))),
        // Compose shows addresses of version 6 without brackets.
        new("Ports", "PORTS", c => Ports.Display(c.At("Ports")).Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)),
        new("Publishers", "PUBLISHERS", c => PublishersOf(c)),
    ];

    /// <summary>Up 2 minutes (healthy), Up 1 second (health: starting)</summary>
    public static string HealthOf(string status)
    {
        var open = status.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !status.StartsWith("Up", StringComparison.Ordinal)) return "";
        return status[(open + 1)..].TrimEnd(')') switch
        {
            "healthy" => "healthy",
            "unhealthy" => "unhealthy",
            "health: starting" => "starting",
            _ => "",
        };
    }

    /// <summary>Exited (4) 2 minutes ago</summary>
    public static long ExitCodeOf(string status)
    {
        var open = status.IndexOf('(', StringComparison.Ordinal);
        var close = status.IndexOf(')', StringComparison.Ordinal);
        return open >= 0 && close > open && long.TryParse(status.AsSpan(open + 1, close - open - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : 0;
    }

    private static List<object?>? PublishersOf(JsonElement container)
    {
        var ports = container.List("Ports").OrderBy(port => port.Number("PrivatePort")).Select(port => (object?)new Publisher(port)).ToList();
        return ports.Count > 0 ? ports : null;
    }

    /// <summary>A published port; its fields keep their order.</summary>
    private sealed class Publisher(JsonElement port) : ITemplateObject
    {
        public string GoType => "api.PortPublisher";

        public bool IsStruct => true;

        public IEnumerable<KeyValuePair<string, object?>> Fields =>
        [
            new("URL", port.Text("IP")),
            new("TargetPort", port.Number("PrivatePort")),
            new("PublishedPort", port.Number("PublicPort")),
            new("Protocol", port.Text("Type")),
        ];

        public bool TryGet(string name, out object? value)
        {
            var field = Fields.FirstOrDefault(field => field.Key == name);
            value = field.Value;
            return field.Key is not null;
        }
    }
}
