using System.Globalization;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Commands;

/// <summary>system df --verbose: each image, container and volume.</summary>
internal static class DiskUsageDetails
{
    public static void Write(Output output, JsonElement usage)
    {
        Write(output, "Images space usage:", "REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE\tSHARED SIZE\tUNIQUE SIZE\tCONTAINERS", usage.List("Images").Select(Image));
        Write(output, "\nContainers space usage:", "CONTAINER ID\tIMAGE\tCOMMAND\tLOCAL VOLUMES\tSIZE\tCREATED\tSTATUS\tNAMES", usage.List("Containers").Select(Container));
        Write(output, "\nLocal Volumes space usage:", "VOLUME NAME\tLINKS\tSIZE", usage.List("Volumes").Select(Volume));
        Write(
            output, $"\nBuild cache usage: {Units.Size(DiskUsageCommand.BuildCacheSize(usage), 4)}",
            "CACHE ID\tCACHE TYPE\tSIZE\tCREATED\tLAST USED\tUSAGE\tSHARED", usage.List("BuildCache").Select(Cache));
    }

    /// <summary>All of it for a template.</summary>
    public static ITemplateObject Of(JsonElement usage) => new Details(
    [
        new("Images", Rows(usage.List("Images").Select(image => new ImagesCommand.Line(image, NameOf(image).Repository, NameOf(image).Tag, "")), ImagesCommand.Columns(cut: false), "*formatter.imageContext")),
        new("Containers", Rows(usage.List("Containers"), PsCommand.Columns(cut: false), "*formatter.ContainerContext")),
        new("Volumes", Rows(usage.List("Volumes"), VolumeLsCommand.Columns, "*formatter.volumeContext")),
        new("BuildCache", Rows(usage.List("BuildCache"), CacheColumns, "*formatter.buildCacheContext")),
    ]);

    private static readonly Column<JsonElement>[] CacheColumns =
    [
        new("ID", "CACHE ID", c => c.Text("ID")),
        new("Parent", "PARENT", c => c.Text("Parent")),
        new("CacheType", "CACHE TYPE", c => c.Text("Type")),
        new("Size", "SIZE", c => Units.Size(c.Number("Size"), 4)),
        new("CreatedSince", "CREATED", c => Moment(c.Text("CreatedAt"))),
        new("LastUsedSince", "LAST USED", c => Moment(c.Text("LastUsedAt"))),
        new("UsageCount", "USAGE", c => Number(c.Number("UsageCount"))),
        new("InUse", "IN USE", c => c.Flag("InUse") ? "true" : "false"),
        new("Shared", "SHARED", c => c.Flag("Shared") ? "true" : "false"),
        new("Description", "DESCRIPTION", c => c.Text("Description")),
    ];

    private static List<object?> Rows<T>(IEnumerable<T> items, Column<T>[] columns, string goType) => [.. items.Select(item => new Row<T>(item, columns, goType))];

    private static (string Repository, string Tag) NameOf(JsonElement image)
    {
        var name = image.Texts("RepoTags").FirstOrDefault() ?? "<none>:<none>";
        var colon = name.LastIndexOf(':');
        return (name[..colon], name[(colon + 1)..]);
    }

    private static void Write(Output output, string title, string heading, IEnumerable<string> lines) =>
        output.Write($"{title}\n\n{TabWriter.Align([heading, .. lines])}");

    private static string Image(JsonElement image)
    {
        var (repository, tag) = NameOf(image);
        var (size, shared) = (image.Number("Size"), Math.Max(0, image.Number("SharedSize")));
        return string.Join(
            '\t', repository, tag, Units.ShortId(image.Text("Id")), Units.Ago(image.Number("Created")),
            Units.Size(size), Units.Size(shared, 4), Units.Size(size - shared, 4), Number(image.Number("Containers")));
    }

    private static string Container(JsonElement container) => string.Join(
        '\t', Units.ShortId(container.Text("Id")), PsCommand.Image(container, cut: true), OptionValues.Quote(Units.Ellipsis(container.Text("Command"), 20)),
        Number(container.List("Mounts").Count(m => m.Text("Driver") == "local")), Units.Size(container.Number("SizeRw")),
        Units.Ago(container.Number("Created")), container.Text("Status"), string.Join(',', container.Texts("Names").Select(n => n.TrimStart('/'))));

    private static string Volume(JsonElement volume) =>
        string.Join('\t', volume.Text("Name"), Number(volume.Number("UsageData", "RefCount")), Units.Size(Math.Max(0, volume.Number("UsageData", "Size")), 4));

    private static string Cache(JsonElement cache) => string.Join(
        '\t', Units.ShortId(cache.Text("ID")), cache.Text("Type"), Units.Size(cache.Number("Size"), 4), Moment(cache.Text("CreatedAt")),
        Moment(cache.Text("LastUsedAt")), Number(cache.Number("UsageCount")), cache.Flag("Shared") ? "true" : "false");

    private static string Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Units.Ago(time.ToUnixTimeSeconds()) : "";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Details(IReadOnlyList<KeyValuePair<string, object?>> fields) : ITemplateObject
    {
        public string GoType => "*formatter.diskUsageContext";

        public IEnumerable<KeyValuePair<string, object?>> Fields => fields;

        public bool TryGet(string name, out object? value)
        {
            var found = fields.Where(field => field.Key == name).ToList();
            value = found.FirstOrDefault().Value;
            return found.Count > 0;
        }
    }
}
