using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose;

/// <summary>A project in its canonical form, byte for byte as Docker Compose's <c>config</c> prints it.</summary>
public static class CanonicalText
{
    /// <summary>Dollars are doubled, so that the text read again means the same.</summary>
    public static string Yaml(ComposeProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return Escaped(YamlWriter.Write(ProjectTree.Of(project, OutputFormat.Yaml)));
    }

    /// <summary>Indented, without a last line feed.</summary>
    public static string Json(ComposeProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return Escaped(JsonText.Write(ProjectTree.Of(project, OutputFormat.Json), isIndented: true));
    }

    /// <summary>A tree whose variables were not replaced.</summary>
    public static string Yaml(MappingNode tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return YamlWriter.Write(Sorting.Sorted(tree, KeyOrder.Yaml));
    }

    /// <summary>A tree whose variables were not replaced.</summary>
    public static string Json(MappingNode tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return JsonText.Write(Sorting.Sorted(tree, StringComparer.Ordinal), isIndented: true);
    }

    private static string Escaped(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
