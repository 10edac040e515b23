using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Bundles;

/// <summary>What the log options <c>labels</c>, <c>env</c> and <c>tag</c> add to each line.</summary>
internal static class LogAttributes
{
    public static Dictionary<string, string>? Of(ContainerRecord container)
    {
        var options = container.HostConfig.LogConfig.Config ?? [];
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Names(options, "labels"))
        {
            if (container.Config.Labels?.TryGetValue(name, out var value) == true)
            {
                attributes[name] = value;
            }
        }

        foreach (var name in Names(options, "env"))
        {
            if (container.Config.Env?.FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal)) is { } variable)
            {
                attributes[name] = variable[(name.Length + 1)..];
            }
        }

        if (options.TryGetValue("tag", out var tag) && tag.Length > 0)
        {
            attributes["tag"] = Tag(tag, container);
        }

        return attributes.Count > 0 ? attributes : null;
    }

    private static string[] Names(Dictionary<string, string> options, string key) =>
        options.TryGetValue(key, out var list) ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    private static string Tag(string template, ContainerRecord container)
    {
        var result = template;
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("ID", ContainerIdentity.Short(container.Id)), ("FullID", container.Id), ("Name", container.Name),
            ("ImageName", container.Config.Image), ("ImageID", ContainerIdentity.Short(container.ImageId.Replace("sha256:", "", StringComparison.Ordinal))),
            ("ImageFullID", container.ImageId), ("DaemonName", "docker")])
        {
            result = result.Replace("{{." + name + "}}", value, StringComparison.Ordinal);
        }

        return result.Contains("{{", StringComparison.Ordinal)
            ? throw new InvalidArgumentException($"invalid log opt 'tag={template}': only {{{{.ID}}}}, {{{{.FullID}}}}, {{{{.Name}}}}, {{{{.ImageName}}}}, {{{{.ImageID}}}}, {{{{.ImageFullID}}}} and {{{{.DaemonName}}}} are known")
            : result;
    }
}
