using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>images: one line for each name an image has.</summary>
internal static class ImagesCommand
{
    private static readonly ApiVersion Trees = new(1, 47);

    private const string Raw = "repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n";

    internal sealed record Line(JsonElement Image, string Repository, string Tag, string Digest);

    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var digests = call.Flag("digests");
        var filters = call.List("filter").ToList();
        if (call.Arguments.Count > 0) filters.Add($"reference={call.Arguments[0]}");
        if (call.Flag("tree")) return await WriteTreeAsync(call, filters).ConfigureAwait(false);
        var images = await call.Client.GetAsync(new Query("/images/json").Add("all", call.Flag("all")).Add("filters", Filters.ToQuery(filters)).ToString()).ConfigureAwait(false);
        var format = ListWriter.FormatOf(call, "imagesFormat");
        if (format == "raw") format = call.Flag("quiet") ? "image_id: {{.ID}}" : digests ? Raw.Replace("image_id", "digest: {{.Digest}}\nimage_id", StringComparison.Ordinal) : Raw;
        var table = digests
            ? "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}"
            : "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";
        ListWriter.Write(call.Out, format, table, images.EnumerateArray().SelectMany(i => Lines(i, digests || format.Contains("{{.Digest}}", StringComparison.Ordinal))), Columns(!call.Flag("no-trunc")), "*formatter.imageContext", call.Flag("quiet"));
        return 0;
    }

    private static async ValueTask<int> WriteTreeAsync(Invocation call, List<string> filters)
    {
        foreach (var (option, named) in ((string, string)[])[("quiet", "quiet"), ("no-trunc", "no-trunc"), ("digests", "show-digest"), ("format", "format")])
        {
            if (call.Has(option)) throw new CommandLineException($"--{named} is not yet supported with --tree");
        }

        var version = await call.Client.NegotiateAsync().ConfigureAwait(false);
        if (version < Trees) throw new CommandLineException($"\"--tree\" requires API version {Trees}, but the Docker daemon API version is {version}");
        var all = call.Flag("all");
        var images = await call.Client.GetAsync(new Query("/images/json").Add("all", all).Add("manifests", true).Add("filters", Filters.ToQuery(filters)).ToString()).ConfigureAwait(false);
        ImageTree.Write(call.Out, images.EnumerateArray().Where(i => all || i.Texts("RepoTags").Concat(i.Texts("RepoDigests")).Any()));
        return 0;
    }

    private static List<Line> Lines(JsonElement image, bool digests)
    {
        var tags = image.Texts("RepoTags").Where(t => t != "<none>:<none>").Select(t => SplitAt(t, t.LastIndexOf(':'))).ToList();
        var hashes = image.Texts("RepoDigests").Where(d => d != "<none>@<none>").Select(d => SplitAt(d, d.IndexOf('@', StringComparison.Ordinal))).ToList();
        var lines = new List<Line>();
        foreach (var (repository, tag) in tags)
        {
            var own = hashes.Where(h => h.Name == repository).Select(h => h.Suffix).ToList();
            if (!digests || own.Count == 0) lines.Add(new Line(image, repository, tag, "<none>"));
            else lines.AddRange(own.Select(d => new Line(image, repository, tag, d)));
        }

        foreach (var group in hashes.Where(h => tags.TrueForAll(t => t.Name != h.Name)).GroupBy(h => h.Name))
        {
            lines.AddRange((digests ? group.Select(h => h.Suffix) : ["<none>"]).Select(d => new Line(image, group.Key, "<none>", d)));
        }

        return lines.Count > 0 ? lines : [new Line(image, "<none>", "<none>", "<none>")];
    }

    private static (string Name, string Suffix) SplitAt(string text, int at) => at < 0 ? (text, "<none>") : (text[..at], text[(at + 1)..]);

    internal static Column<Line>[] Columns(bool cut) =>
    [
        new("ID", "IMAGE ID", l => cut ? Units.ShortId(l.Image.Text("Id")) : l.Image.Text("Id")),
        new("Repository", "REPOSITORY", l => l.Repository),
        new("Tag", "TAG", l => l.Tag),
        new("Digest", "DIGEST", l => l.Digest),
        new("CreatedSince", "CREATED", l => l.Image.Number("Created") is var c && c <= 0 ? "" : Units.Ago(c)),
        new("CreatedAt", "CREATED AT", l => Units.Local(l.Image.Number("Created"))),
        new("Size", "SIZE", l => Units.Size(l.Image.Number("Size"))),
        new("Containers", "CONTAINERS", l => l.Image.Number("Containers") is var n && n < 0 ? "N/A" : n.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("VirtualSize", "SIZE", l => Units.Size(l.Image.Number("Size"), 4)),
        new("SharedSize", "SHARED SIZE", l => l.Image.Number("SharedSize") is var n && n < 0 ? "N/A" : Units.Size(n, 4)),
        new("UniqueSize", "UNIQUE SIZE", l => l.Image.Number("SharedSize") is var n && n < 0 ? "N/A" : Units.Size(l.Image.Number("Size") - n, 4)),
    ];
}
