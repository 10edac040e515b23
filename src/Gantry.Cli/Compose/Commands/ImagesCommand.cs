using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose images: of which images the containers are.</summary>
internal static class ImagesCommand
{
    private sealed record Line(ComposeContainer Container, string Repository, string Tag, long Size);

    private static readonly Column<Line>[] Columns =
    [
        new("ContainerName", "CONTAINER", line => line.Container.Name),
        new("Repository", "REPOSITORY", line => line.Repository),
        new("Tag", "TAG", line => line.Tag),
        new("ID", "IMAGE ID", line => Units.ShortId(line.Container.ImageId)),
        new("Size", "SIZE", line => Units.Size(line.Size)),
    ];

    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "images [OPTIONS] [SERVICE...]", "List images used by the created containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("format", null, "string", "Format the output. Values: [table | json]", "table");
        o.Add("quiet", 'q', "bool", "Only display IDs");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenByNameAsync(call).ConfigureAwait(false);
        var lines = new List<Line>();
        foreach (var container in target.Meant.OrderBy(container => container.Name, StringComparer.Ordinal))
        {
            var image = await target.Engine.Client.GetAsync($"/images/{Query.Segment(container.ImageId)}/json").ConfigureAwait(false);
            var (repository, tag) = NameOf(image, container.Image);
            lines.Add(new(container, repository, tag, image.Number("Size")));
        }

        if (call.Flag("quiet"))
        {
            foreach (var id in lines.Select(line => line.Container.ImageId).Distinct()) call.Out.Line(id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            return 0;
        }

        FixedList.Write(call.Out, call.Text("format"), lines, Columns, static line => new JsonBody
        {
            ["ID"] = line.Container.ImageId,
            ["ContainerName"] = line.Container.Name,
            ["Repository"] = line.Repository,
            ["Tag"] = line.Tag,
            ["Size"] = line.Size,
        });
        return 0;
    }

    /// <summary>The tag that the container was made with, or else the first that the image has.</summary>
    private static (string Repository, string Tag) NameOf(JsonElement image, string asked)
    {
        var tags = image.Texts("RepoTags").ToList();
        var name = tags.Find(tag => tag == asked || tag == asked + ":latest") ?? tags.FirstOrDefault();
        if (name is null) return ("<none>", "<none>");
        var colon = name.LastIndexOf(':');
        return (name[..colon], name[(colon + 1)..]);
    }
}
