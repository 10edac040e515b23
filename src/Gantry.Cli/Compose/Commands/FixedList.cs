using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Compose;

namespace Gantry.Cli.Compose.Commands;

/// <summary>Lists that Compose prints as a wide table or as one array of JSON, without templates.</summary>
internal static class FixedList
{
    private const int NarrowestColumn = 20;

    public static void Write<T>(Output output, string format, IReadOnlyList<T> items, IReadOnlyList<Column<T>> columns, Func<T, JsonBody> json)
    {
        switch (format)
        {
            case "" or "table" or "pretty":
                var rows = items.Select(item => columns.Select(column => (string)column.Value(item)!)).Prepend(columns.Select(column => column.Heading));
                output.Write(TabWriter.Align([.. rows.Select(row => string.Join('\t', row))], NarrowestColumn));
                break;
            case "json":
                output.Line($"[{string.Join(',', items.Select(item => Encoding.UTF8.GetString(json(item).ToUtf8().Span)))}]");
                break;
            default:
                throw new ComposeException($"format value {OptionValues.Quote(format)} could not be parsed: parsing failed");
        }
    }
}
