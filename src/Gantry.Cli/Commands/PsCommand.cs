using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>ps: the containers.</summary>
internal static class PsCommand
{
    private const string Table = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

    private const string Raw = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";

    private const string GoType = "*formatter.ContainerContext";

    private static readonly FormatFailures Failures = new("failed to parse template", "failed to execute template");

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var format = ListWriter.FormatOf(call, "psFormat");
        if (call.Flag("quiet") && format is not ("" or "raw"))
        {
            call.Out.ErrorLine("WARNING: Ignoring custom format, because both --format and --quiet are set.");
            format = "";
        }

        // A format that asks for what no container has is refused also where there is none.
        if (format.Length > 0) ListWriter.Text(format, Table, [default(JsonElement)], Columns(cut: true), GoType, failures: Failures);
        var size = call.Flag("size") || format.Contains(".Size", StringComparison.Ordinal) || format.Contains("json .", StringComparison.Ordinal);
        var last = call.Flag("latest") && call.Number("last") == -1 ? 1 : call.Number("last");
        var containers = await call.Client.GetAsync(new Query("/containers/json")
            .Add("all", call.Flag("all"))
            .Add("limit", last > 0 ? (int)last : null)
            .Add("size", size)
            .Add("filters", Filters.ToQuery(call.List("filter"))).ToString()).ConfigureAwait(false);
        if (format == "raw" && !call.Flag("quiet")) format = call.Flag("size") ? Raw + "size: {{.Size}}\n" : Raw;
        else if (format == "raw") format = "container_id: {{.ID}}";
        ListWriter.Write(call.Out, format, call.Flag("size") ? Table + "\t{{.Size}}" : Table, containers.EnumerateArray(), Columns(!call.Flag("no-trunc")), GoType, call.Flag("quiet"), failures: Failures);
        return 0;
    }

    public static Column<JsonElement>[] Columns(bool cut) =>
    [
        new("ID", "CONTAINER ID", c => cut ? Units.ShortId(c.Text("Id")) : c.Text("Id")),
        new("Names", "NAMES", c => string.Join(',', Names(c, cut))),
        new("Image", "IMAGE", c => Image(c, cut)),
        new("Command", "COMMAND", c => OptionValues.Quote(cut ? Units.Ellipsis(c.Text("Command"), 20) : c.Text("Command"))),
        new("CreatedAt", "CREATED AT", c => Units.Local(c.Number("Created"))),
        new("RunningFor", "CREATED", c => Units.Ago(c.Number("Created"))),
        new("Ports", "PORTS", c => Ports.Display(c.At("Ports"))),
        new("State", "STATE", c => c.Text("State")),
        new("Status", "STATUS", c => c.Text("Status")),
        new("Size", "SIZE", Size),
        new("Labels", "LABELS", c => string.Join(',', c.Members("Labels").Select(l => $"{l.Name}={l.Value.GetString()}").Order(StringComparer.Ordinal))),
        new("Platform", "PLATFORM", c => Values.From(c.At("ImageManifestDescriptor", "platform"))),
        new("Mounts", "MOUNTS", c => string.Join(',', c.List("Mounts").Select(m => Mount(m, cut)))),
        new("LocalVolumes", "LOCAL VOLUMES", c => c.List("Mounts").Count(m => m.Text("Driver") == "local").ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("Label", "", _ => null) { Lookup = (c, name) => c.Text("Labels", name) },
        new("Networks", "NETWORKS", c => string.Join(',', c.Members("NetworkSettings", "Networks").Select(n => n.Name))),
    ];

    private static IEnumerable<string> Names(JsonElement container, bool cut)
    {
        var names = container.Texts("Names").Select(n => n.StartsWith('/') ? n[1..] : n);
        // Names with a slash are those by which links know the container.
        return cut ? names.Where(n => !n.Contains('/', StringComparison.Ordinal)) : names;
    }

    internal static string Image(JsonElement container, bool cut)
    {
        var image = container.Text("Image");
        if (image.Length == 0) return "<no image>";
        if (!cut) return image;
        if (Units.ShortId(container.Text("ImageID")) is { Length: > 0 } id && id == Units.ShortId(image)) return id;
        var at = image.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && Spec.ImageReference.TryParse(image, out var reference) && reference.Tag is null ? reference.FamiliarName : image;
    }

    private static string Size(JsonElement container)
    {
        var own = Units.Size(container.Number("SizeRw"));
        var all = container.Number("SizeRootFs");
        return all > 0 ? $"{own} (virtual {Units.Size(all)})" : own;
    }

    private static string Mount(JsonElement mount, bool cut)
    {
        var name = mount.Text("Name") is { Length: > 0 } n ? n : mount.Text("Source");
        return cut ? Units.Ellipsis(name, 15) : name;
    }
}
