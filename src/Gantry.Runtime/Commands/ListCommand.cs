using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary><c>list</c>: the containers below the root.</summary>
internal static class ListCommand
{
    public static int Run(GlobalOptions options, Arguments arguments)
    {
        var quiet = false;
        var json = false;
        while (arguments.NextOption() is { } option)
        {
            switch (option)
            {
                case "quiet" or "q":
                    quiet = arguments.Flag(option);
                    break;
                case "format" or "f":
                    json = Format.IsJson("list", arguments.Value(option));
                    break;
                default:
                    throw arguments.Unknown(option);
            }
        }

        // One that is being created, or is deleted at this moment, is none.
        var states = ContainerDirectory.All(options)
            .Select(d => d.TryReadState()?.ToState(d.FullPath)).OfType<ContainerState>().Select(s => s with { Owner = "root" }).ToList();
        var text = new StringBuilder();
        if (quiet)
        {
            states.ForEach(s => text.Append(s.Id).Append('\n'));
        }
        else if (json)
        {
            text.Append(JsonSerializer.Serialize(states, RuntimeJson.Default.IReadOnlyListContainerState)).Append('\n');
        }
        else
        {
            AppendTable(text, states);
        }

        Descriptors.Write(1, text.ToString());
        return 0;
    }

    private static void AppendTable(StringBuilder text, List<ContainerState> states)
    {
        List<string[]> rows = [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]];
        rows.AddRange(states.Select(s => new[]
        {
            s.Id, s.Pid.ToString(CultureInfo.InvariantCulture), s.Status, s.Bundle, s.Created?.ToString("O", CultureInfo.InvariantCulture) ?? string.Empty, s.Owner!,
        }));
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendJoin("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).Append('\n');
        }
    }
}

/// <summary>The two formats in which commands list.</summary>
internal static class Format
{
    public static bool IsJson(string command, string format) => format switch
    {
        "json" => true,
        "table" => false,
        _ => throw new InvalidArgumentException($"{command}: option --format: {format} is neither table nor json"),
    };
}
