using Gantry.Compose.Interpolation;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Loading;

/// <summary>The name of a project: from the command line, COMPOSE_PROJECT_NAME, the files, or the directory.</summary>
internal static class ProjectName
{
    /// <exception cref="ComposeException">A name that was asked for cannot be one, or nothing is left of it.</exception>
    public static string Of(LoadOptions options, IReadOnlyDictionary<string, string> environment, IEnumerable<Node> documents, string directory)
    {
        if (options.ProjectName is { Length: > 0 } asked)
        {
            return Checked(asked);
        }

        if (environment.GetValueOrDefault("COMPOSE_PROJECT_NAME") is { Length: > 0 } named)
        {
            return Checked(named);
        }

        var written = documents.OfType<MappingNode>().Select(document => document["name"]).LastOrDefault(name => name is ScalarNode { Value: string { Length: > 0 } });
        var fromFile = written is null ? "" : options.Interpolates ? new Interpolator(environment, _ => { }).Interpolate(written).ToString()! : written.ToString()!;
        var name = Normalize(fromFile) is { Length: > 0 } normal ? normal : Normalize(Path.GetFileName(directory));
        return name.Length > 0 ? name : throw new ComposeException("project name must not be empty; set it with --project-name or the key name");
    }

    public static string Normalize(string name) =>
        new string([.. name.ToLowerInvariant().Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-')]).TrimStart('_', '-');

    private static string Checked(string name) => Normalize(name) == name
        ? name
        : throw new ComposeException($"invalid project name {Spec.GoText.Quote(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number");
}
