using System.Text;

namespace Gantry.Cli.CommandLine;

/// <summary>A command's help in the layout Docker's users know.</summary>
internal static class HelpText
{
    // A wrapped line leaves room so that a short last word need not stand alone.
    private const int Slop = 5;
    private const int NarrowestColumn = 24;

    public static string Of(Command command, OptionSet options, string program, string path, int width)
    {
        var text = new StringBuilder();
        text.Append("Usage:  ").Append(UsageOf(command, program, path)).Append("\n\n").Append(command.Details ?? command.Summary).Append('\n');
        if (command.Aliases.Length > 0)
        {
            text.Append("\nAliases:\n  ").Append(string.Join(", ", command.Aliases.Split(", ").Select(a => $"{program} {a}"))).Append('\n');
        }

        var shown = options.All.Where(o => !o.IsHidden && !o.Description.Contains("(Windows only)", StringComparison.Ordinal)).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
        if (shown.Count > 0)
        {
            text.Append("\nOptions:\n");
            AppendOptions(text, shown, width - 1);
        }

        return text.ToString();
    }

    /// <summary>What of a usage stands after its label: a command under the name it was called by.</summary>
    public static string UsageOf(Command command, string program, string path) => $"{program} {path}{command.Usage[command.Name.Length..]}{(command.OtherUsage is { } other ? $"\n\t{program} {other}" : "")}";

    public static void AppendOptions(StringBuilder text, IReadOnlyList<Option> options, int width)
    {
        var names = options.Select(NameColumn).ToList();
        var column = names.Max(n => n.Length) + 3;
        for (var i = 0; i < options.Count; i++)
        {
            text.Append(names[i].PadRight(column)).Append(Wrap(column, width, options[i].Description.Replace("`", "", StringComparison.Ordinal) + DefaultOf(options[i]))).Append('\n');
        }
    }

    private static string NameColumn(Option option)
    {
        var name = option.Shorthand is { } s ? $"  -{s}, --{option.Name}" : $"      --{option.Name}";
        var type = option.Type switch
        {
            "bool" => "",
            "int64" => " int",
            var t => " " + t,
        };
        return name + (Quoted(option.Description) ?? type);
    }

    /// <summary>What a description has between backquotes is the name of the value.</summary>
    private static string? Quoted(string description)
    {
        var first = description.IndexOf('`', StringComparison.Ordinal);
        var second = description.IndexOf('`', first + 1);
        return first < 0 || second < 0 ? null : " " + description[(first + 1)..second];
    }

    private static string DefaultOf(Option option) => option.DefaultText switch
    {
        null or "" or "false" or "0" or "0s" => "",
        _ when option.Type is "bool" or "int" or "int64" => $" (default {option.DefaultText})",
        _ when option.Type is "string" => $" (default \"{option.DefaultText}\")",
        _ => $" (default {option.DefaultText})",
    };

    private static string Wrap(int indent, int width, string text)
    {
        var margin = "\n" + new string(' ', indent);
        var room = width - indent;
        var result = new StringBuilder();
        if (room < NarrowestColumn)
        {
            indent = 16;
            room = width - indent;
            margin = "\n" + new string(' ', indent);
            result.Append(margin);
        }

        room -= Slop;
        while (true)
        {
            var cut = CutAt(text, room);
            result.Append(text.AsSpan(0, cut).ToString().Replace("\n", margin, StringComparison.Ordinal));
            if (cut == text.Length) return result.ToString();
            text = text[(cut + 1)..];
            result.Append(margin);
        }
    }

    private static int CutAt(string text, int room)
    {
        if (room + Slop > text.Length) return text.Length;
        var space = text.AsSpan(0, room).LastIndexOfAny(" \t\n");
        if (space <= 0) return text.Length;
        var line = text.AsSpan(0, room).LastIndexOf('\n');
        return line > 0 && line < space ? line : space;
    }
}
