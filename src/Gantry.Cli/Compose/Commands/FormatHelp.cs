namespace Gantry.Cli.Compose.Commands;

/// <summary>Of <c>--format</c>, as Docker says it.</summary>
internal static class FormatHelp
{
    public const string Text = "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";
}
