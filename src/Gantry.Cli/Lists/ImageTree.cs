using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Lists;

/// <summary>Images with the platforms beneath each, as <c>docker images --tree</c> draws them.</summary>
internal sealed class ImageTree(IReadOnlyList<JsonElement> images, int width, bool coloured)
{
    private const int Spacing = 3;
    private const int NarrowestName = 12;
    private const string Untagged = "<untagged>";
    private const string Heading = "\x1b[39m\x1b[1m";
    private const string Name = "\x1b[34m\x1b[1m";
    private const string Normal = "\x1b[39m";
    private const string Faint = "\x1b[39m\x1b[2m";
    private const string Reset = "\x1b[0m";
    private const string Chip = "\x1b[38;5;0m\x1b[48;5;14m U \x1b[0m";
    private readonly StringBuilder _text = new();

    private sealed record Column(string Title, int Width, bool Right, Func<Details, string> Value);

    private sealed record Details(string Id, string DiskUsage, string ContentSize, bool InUse);

    private static readonly Column[] All =
    [
        new("ID", 12, false, d => Units.ShortId(d.Id)),
        new("DISK USAGE", 10, true, d => d.DiskUsage),
        new("CONTENT SIZE", 12, true, d => d.ContentSize),
        new("EXTRA", 5, false, d => d.InUse ? "U" : ""),
    ];

    public static void Write(Output output, IEnumerable<JsonElement> images)
    {
        var sorted = images.OrderByDescending(i => i.Number("Created")).ToList();
        var coloured = Terminal.OutputIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        output.Write(new ImageTree(sorted, Math.Max(Terminal.Width, 20), coloured).Draw());
    }

    public string Draw()
    {
        var (columns, nameWidth) = Layout();
        const string Warning = "WARNING: This is an experimental feature. The output may change and shouldn't be depended on.";
        _text.Append(coloured ? $"\x1b[93m{Warning}{Reset}" : Warning).Append('\n');
        AppendLegend();
        Append(Heading, "IMAGE", nameWidth, false);
        foreach (var column in columns) AppendCell(Heading, column.Title, column with { Right = false });
        _text.Append('\n');
        var spaced = images.Any(i => Children(i).Any());
        foreach (var image in images)
        {
            AppendNames(image, nameWidth);
            AppendDetails(columns, Normal, DetailsOf(image));
            AppendChildren(columns, nameWidth, image);
            if (spaced) _text.Append('\n');
        }

        return _text.ToString();
    }

    private static IEnumerable<JsonElement> Children(JsonElement image) => image.List("Manifests").Where(m => m.Text("Kind") == "image");

    private static Details DetailsOf(JsonElement image) => new(
        image.Text("Id"),
        Units.Size(image.Number("Size")),
        Units.Size(image.List("Manifests").Sum(m => m.Number("Size", "Content"))),
        image.Number("Containers") > 0 || Children(image).Any(InUse));

    private static bool InUse(JsonElement manifest) => manifest.List("ImageData", "Containers").Any();

    private static string PlatformOf(JsonElement manifest)
    {
        var platform = manifest.At("ImageData", "Platform");
        return string.Join('/', ((string[])[platform.Text("os"), platform.Text("architecture"), platform.Text("variant")]).Where(p => p.Length > 0));
    }

    /// <summary>Columns go, the last first, where too little is left for the names.</summary>
    private (Column[] Columns, int NameWidth) Layout()
    {
        var left = width;
        var columns = All.TakeWhile(c =>
        {
            if (left - c.Width - Spacing < NarrowestName) return false;
            left -= c.Width + Spacing;
            return true;
        }).ToArray();
        var names = images.SelectMany(i => i.Texts("RepoTags").Concat(Children(i).Select(c => "└─ " + PlatformOf(c))));
        return (columns, Math.Min(left, names.Append("IMAGE").Max(Length)));
    }

    private void AppendLegend()
    {
        var plain = coloured ? "i Info →   U  In Use " : "Info ->  U In Use ";
        _text.Append(' ', Math.Max(0, width - Length(plain)))
            .Append(coloured ? $"\x1b[1m\x1b[106m\x1b[30mi{Reset}{Reset} \x1b[96mInfo → {Reset}{Reset} {Chip} In Use " : plain)
            .Append("\n\n");
    }

    private void AppendNames(JsonElement image, int nameWidth)
    {
        var tags = image.Texts("RepoTags").Where(t => t != "<none>:<none>").ToList();
        // Only the name that shares its line with the details has to fit.
        foreach (var tag in tags.SkipLast(1))
        {
            Append(Name, tag, 0, false);
            _text.Append('\n');
        }

        Append(tags.Count > 0 ? Name : Faint, Units.Ellipsis(tags.Count > 0 ? tags[^1] : Untagged, nameWidth), nameWidth, false);
    }

    private void AppendChildren(Column[] columns, int nameWidth, JsonElement image)
    {
        var children = Children(image).ToList();
        foreach (var (i, child) in children.Index())
        {
            var colour = child.Flag("Available") ? Normal : Faint;
            Append(colour, Units.Ellipsis((i < children.Count - 1 ? "├─ " : "└─ ") + PlatformOf(child), nameWidth), nameWidth, false);
            AppendDetails(columns, colour, new Details(child.Text("ID"), Units.Size(child.Number("Size", "Total")), Units.Size(child.Number("Size", "Content")), InUse(child)));
        }
    }

    private void AppendDetails(Column[] columns, string colour, Details details)
    {
        foreach (var column in columns)
        {
            if (coloured && column.Title == "EXTRA")
            {
                _text.Append(' ', Spacing).Append(details.InUse ? Chip + "  " : "     ");
                continue;
            }

            AppendCell(colour, column.Value(details), column);
        }

        _text.Append('\n');
    }

    private void AppendCell(string colour, string value, Column column)
    {
        _text.Append(' ', Spacing);
        Append(colour, value, column.Width, column.Right);
    }

    private void Append(string colour, string value, int cell, bool right)
    {
        var fill = Math.Max(0, cell - Length(value));
        if (right) _text.Append(' ', fill);
        _text.Append(coloured ? colour + value + Reset : value);
        if (!right) _text.Append(' ', fill);
    }

    private static int Length(string text) => text.EnumerateRunes().Count();
}
