using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Compose;

/// <summary>Help of Compose, and what to say about a command that it does not have.</summary>
internal static class ComposeHelp
{
    public static int Print(Session session)
    {
        var shared = ComposeOptions.Create();
        var text = new StringBuilder();
        text.Append("\nUsage:  ").Append(session.Program).Append(" compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Docker\n\nOptions:\n");
        HelpText.AppendOptions(text, shared.All, Terminal.Width - 1);
        text.Append("\nCommands:\n");
        foreach (var name in ComposeTable.Names) text.Append("  ").Append(name.PadRight(11)).Append(' ').Append(ComposeTable.Find(name, shared)!.Summary).Append('\n');
        text.Append("\nRun '").Append(session.Program).Append(" compose COMMAND --help' for more information on a command.\n");
        session.Out.Write(text.ToString());
        return 0;
    }

    public static CommandLineException Unknown(Session session, string name) =>
        new($"unknown docker command: \"compose {name}\"{RootHelp.Suggest(name, ComposeTable.Names)}\nRun '{session.Program} compose --help' for more information", 1);
}
