using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Commands;

/// <summary>system df: what takes space, and what of it could be freed.</summary>
internal static class DiskUsageCommand
{
    private const string Table = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";

    private static readonly Column<Line>[] Columns =
    [
        new("Type", "TYPE", l => l.Type),
        new("TotalCount", "TOTAL", l => Text(l.Total)),
        new("Active", "ACTIVE", l => Text(l.Active)),
        new("Size", "SIZE", l => Units.Size(l.Size, 4)),
        new("Reclaimable", "RECLAIMABLE", l => l.Percent is { } percent ? $"{Units.Size(l.Reclaimable, 4)} ({percent}%)" : Units.Size(l.Reclaimable, 4)),
    ];

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var usage = await call.Client.GetAsync("/system/df").ConfigureAwait(false);
        if (call.Flag("verbose"))
        {
            if (call.Text("format") is "" or "table") DiskUsageDetails.Write(call.Out, usage);
            else WriteDetails(call, usage);
            return 0;
        }

        ListWriter.Write(call.Out, call.Text("format"), Table, [Images(usage), Containers(usage), Volumes(usage), BuildCache(usage)], Columns, "*formatter.diskUsageImagesContext");
        return 0;
    }

    /// <summary>Bytes of the build cache: since API 1.42 it is the sum of its entries that nothing else shares.</summary>
    public static long BuildCacheSize(JsonElement usage) =>
        usage.At("BuilderSize").ValueKind == JsonValueKind.Number && usage.Number("BuilderSize") > 0
            ? usage.Number("BuilderSize")
            : usage.List("BuildCache").Where(c => !c.Flag("Shared")).Sum(c => c.Number("Size"));

    private static void WriteDetails(Invocation call, JsonElement usage)
    {
        var template = ListWriter.Parse(call.Text("format") == "json" ? "{{json .}}" : call.Text("format"), FormatFailures.Usual.Parsing);
        var text = new StringBuilder();
        try
        {
            template.Execute(DiskUsageDetails.Of(usage), text);
        }
        catch (TemplateException e)
        {
            throw new CommandLineException($"{FormatFailures.Usual.Executing}: {e.Message}");
        }

        call.Out.Line(text.ToString());
    }

    private static Line Images(JsonElement usage)
    {
        var images = usage.List("Images").ToList();
        var size = usage.Number("LayersSize");
        var used = images.Where(i => i.Number("Containers") > 0 && i.Number("Size") >= 0 && i.Number("SharedSize") >= 0).Sum(i => i.Number("Size") - i.Number("SharedSize"));
        return new("Images", images.Count, images.Count(i => i.Number("Containers") > 0), size, Math.Max(0, size - used));
    }

    private static Line Containers(JsonElement usage)
    {
        var all = usage.List("Containers").ToList();
        return new(
            "Containers", all.Count, all.Count(IsActive), all.Sum(c => c.Number("SizeRw")), all.Where(c => !IsActive(c)).Sum(c => c.Number("SizeRw")));
    }

    private static Line Volumes(JsonElement usage)
    {
        var all = usage.List("Volumes").ToList();
        return new(
            "Local Volumes", all.Count, all.Count(v => v.Number("UsageData", "RefCount") > 0), all.Sum(SizeOf),
            all.Where(v => v.Number("UsageData", "RefCount") == 0).Sum(SizeOf));
    }

    private static Line BuildCache(JsonElement usage)
    {
        var all = usage.List("BuildCache").ToList();
        return new(
            "Build Cache", all.Count, all.Count(c => c.Flag("InUse")), BuildCacheSize(usage),
            all.Where(c => !c.Flag("InUse") && !c.Flag("Shared")).Sum(c => c.Number("Size"))) { IsCache = true };
    }

    private static long SizeOf(JsonElement volume) => Math.Max(0, volume.Number("UsageData", "Size"));

    private static bool IsActive(JsonElement container) => container.Text("State") is "running" or "paused" or "restarting";

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Line(string Type, int Total, int Active, long Size, long Reclaimable)
    {
        public bool IsCache { get; init; }

        public long? Percent => Size > 0 && !IsCache ? Reclaimable * 100 / Size : null;
    }
}
