using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Plugins;
using Gantry.Cli.Terminals;

namespace Gantry.Cli;

/// <summary>Help of the program and its groups, and what to say about a command that does not exist.</summary>
internal static class RootHelp
{
    public static IReadOnlyList<(string Name, string Summary)> Groups { get; } =
        [("builder", "Manage builds"), ("buildx", "Docker Buildx"), ("completion", "Generate the autocompletion script for the specified shell"), ("compose", "Define and run applications of several containers"), ("container", "Manage containers"), ("context", "Manage contexts"), ("image", "Manage images"), ("manifest", "Manage Docker image manifests and manifest lists"), ("network", "Manage networks"), ("system", "Manage Docker"), ("volume", "Manage volumes")];

    public static int Print(Session session, bool asked = true)
    {
        var text = new StringBuilder();
        text.Append("Usage:  ").Append(session.Program).Append(" [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon Commands:\n");
        Append(text, CommandTable.CommonNames.Select(n => (n, CommandTable.Find(n)!.Summary)));
        text.Append("\nManagement Commands:\n");
        Append(text, Groups.Concat(PluginFinder.List(session).Select(plugin => (plugin.Name + "*", plugin.Summary))).OrderBy(group => group.Item1, StringComparer.Ordinal));
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_HIDE_LEGACY_COMMANDS")))
        {
            text.Append("\nCommands:\n");
            Append(text, CommandTable.OtherNames.Select(n => (n, CommandTable.Find(n)!.Summary)));
        }

        text.Append("\nGlobal Options:\n");
        HelpText.AppendOptions(text, GlobalOptions.Create().All, Terminal.Width - 1);
        text.Append("\nRun '").Append(session.Program).Append(" COMMAND --help' for more information on a command.\n");
        Show(session, text.ToString(), asked);
        return 0;
    }

    public static int PrintGroup(Session session, string group, bool asked)
    {
        var text = new StringBuilder();
        text.Append("Usage:  ").Append(session.Program).Append(' ').Append(group).Append(" COMMAND\n\n")
            .Append(Groups.FirstOrDefault(g => g.Name == group).Summary).Append("\n\nCommands:\n");
        Append(text, CommandTable.NamesOf(group).Select(n => (n, CommandTable.FindInGroup(group, n)!.Summary)));
        text.Append("\nRun '").Append(session.Program).Append(' ').Append(group).Append(" COMMAND --help' for more information on a command.\n");
        Show(session, text.ToString(), asked);
        return 0;
    }

    public static CommandLineException Unknown(Session session, string name) => new(
        $"{session.Program}: unknown command: {session.Program} {name}\n{Suggest(name, [.. CommandTable.CommonNames, .. CommandTable.OtherNames, .. Groups.Select(g => g.Name)])}\nRun '{session.Program} --help' for more information");

    public static CommandLineException UnknownInGroup(Session session, string group, string name) => new(
        $"{session.Program}: unknown command: {session.Program} {group} {name}\n{Suggest(name, CommandTable.NamesOf(group))}\nUsage:  {session.Program} {group}\n\nRun '{session.Program} {group} --help' for more information");

    // Help nobody asked for is a complaint, and goes where complaints go.
    private static void Show(Session session, string text, bool asked)
    {
        if (asked) session.Out.Write(text);
        else session.Out.ErrorLine(text.TrimEnd('\n'));
    }

    /// <summary>A line naming what was probably meant, or nothing.</summary>
    internal static string Suggest(string typed, IEnumerable<string> names)
    {
        var near = names.Where(n => Distance(typed, n) <= 2 || (typed.Length > 2 && n.StartsWith(typed, StringComparison.Ordinal)))
            .OrderBy(n => Distance(typed, n)).Take(3).ToList();
        return near.Count == 0 ? "" : $"\nDid you mean: {string.Join(", ", near)}?\n";
    }

    /// <summary>Levenshtein distance, an exchange of neighbours counting once.</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }

    private static void Append(StringBuilder text, IEnumerable<(string Name, string Summary)> commands)
    {
        foreach (var (name, summary) in commands) text.Append("  ").Append(name.PadRight(11)).Append(' ').Append(summary).Append('\n');
    }
}
