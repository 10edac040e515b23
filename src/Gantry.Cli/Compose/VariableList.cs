using Gantry.Compose;
using Gantry.Compose.Interpolation;

namespace Gantry.Cli.Compose;

/// <summary>The variables of a project as <c>config --variables</c> prints them.</summary>
internal static class VariableList
{
    private const int LeastWidth = 20;
    private const int Gap = 3;

    public static string Of(IReadOnlyList<ModelVariable> variables, bool isJson) => isJson ? CanonicalText.Json(ModelVariables.Tree(variables)) : Table(variables);

    private static string Table(IReadOnlyList<ModelVariable> variables)
    {
        string[][] rows =
        [
            ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"],
            .. variables.Select(variable => (string[])[variable.Name, variable.IsRequired ? "true" : "false", variable.Default, variable.Alternate]),
        ];
        var widths = Enumerable.Range(0, 3).Select(column => Math.Max(LeastWidth, rows.Max(row => row[column].Length) + Gap)).ToArray();
        return string.Concat(rows.Select(row => $"{string.Concat(widths.Select((width, column) => row[column].PadRight(width)))}{row[3]}\n"));
    }
}
