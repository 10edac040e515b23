using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Run;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class VolumeCreateCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (call.Has("name") && call.Arguments.Count > 0) throw new CommandLineException("conflicting options: cannot specify a volume-name through both --name and as a positional arg");
        var body = new JsonBody();
        body.SetIfGiven("Name", call.Arguments.Count > 0 ? call.Arguments[0] : call.Text("name"));
        body["Driver"] = call.Text("driver");
        body["DriverOpts"] = KeyValues.ToObject(call.List("opt"));
        body.SetIfGiven("Labels", KeyValues.ToObject(call.List("label")));
        var volume = await call.Client.PostAsync("/volumes/create", body.ToUtf8()).ConfigureAwait(false);
        call.Out.Line(volume.Text("Name"));
        return 0;
    }
}

internal static class VolumeLsCommand
{
    public static readonly Column<JsonElement>[] Columns =
    [
        new("Name", "VOLUME NAME", v => v.Text("Name")),
        new("Driver", "DRIVER", v => v.Text("Driver")),
        new("Scope", "SCOPE", v => v.Text("Scope")),
        new("Mountpoint", "MOUNTPOINT", v => v.Text("Mountpoint")),
        new("Labels", "LABELS", v => string.Join(',', v.Members("Labels").Select(l => $"{l.Name}={l.Value.GetString()}").Order(StringComparer.Ordinal))),
        new("Links", "LINKS", v => v.At("UsageData").ValueKind == JsonValueKind.Object ? v.Number("UsageData", "RefCount").ToString(System.Globalization.CultureInfo.InvariantCulture) : "N/A"),
        new("Size", "SIZE", v => v.At("UsageData").ValueKind == JsonValueKind.Object ? Units.Size(v.Number("UsageData", "Size"), 4) : "N/A"),
        new("Group", "GROUP", _ => "N/A"),
        new("Availability", "AVAILABILITY", _ => "N/A"),
        new("Status", "STATUS", _ => "N/A"),
        new("Label", "", _ => null) { Lookup = (v, name) => v.Text("Labels", name) },
    ];

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var list = await call.Client.GetAsync(new Query("/volumes").Add("filters", Filters.ToQuery(call.List("filter"))).ToString()).ConfigureAwait(false);
        var format = ListWriter.FormatOf(call, "volumesFormat");
        if (format == "raw") format = call.Flag("quiet") ? "name: {{.Name}}" : "name: {{.Name}}\ndriver: {{.Driver}}\n";
        ListWriter.Write(
            call.Out, format, "{{.Driver}}\t{{.Name}}", list.List("Volumes").OrderBy(v => v.Text("Name"), NaturalOrder.Instance),
            Columns, "*formatter.volumeContext", call.Flag("quiet"), "{{.Name}}");
        return 0;
    }
}

internal static class VolumeRmCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        await call.Client.DeleteAsync(new Query($"/volumes/{Query.Segment(name)}").Add("force", call.Flag("force")).ToString()).ConfigureAwait(false);
        return name;
    });
}

/// <summary>volume update: what can be changed of a volume belongs to swarms.</summary>
internal static class VolumeUpdateCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var volume = await call.Client.GetAsync($"/volumes/{Query.Segment(call.Arguments[0])}").ConfigureAwait(false);
        if (volume.At("ClusterVolume").ValueKind != JsonValueKind.Object) throw new CommandLineException("Can only update cluster volumes");
        throw new CommandLineException($"volume {call.Arguments[0]} is a cluster volume: {call.Session.Program} cannot update those");
    }
}
