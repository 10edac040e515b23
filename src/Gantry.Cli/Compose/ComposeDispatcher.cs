using Gantry.Cli.CommandLine;
using Gantry.Cli.Compose.Commands;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Compose;

/// <summary>From the words after <c>compose</c> to a command.</summary>
internal static class ComposeDispatcher
{
    private const int WrongOption = 16;

    public static async ValueTask<int> RunAsync(IReadOnlyList<string> words, Session session)
    {
        var shared = ComposeOptions.Create();
        List<string> rest;
        try
        {
            rest = shared.Parse([.. words], stopAtFirst: true);
        }
        catch (HelpRequestedException)
        {
            return ComposeHelp.Print(session);
        }
        catch (FormatException e)
        {
            throw new CommandLineException(e.Message, WrongOption);
        }

        if (shared["version"].AsBoolean()) return VersionCommand.Print(session.Out, "pretty", isShort: false);
        if (rest.Count == 0 || rest is ["help"]) return ComposeHelp.Print(session);
        if (rest[0] == "help") rest = [.. rest.Skip(1), "--help"];
        var command = ComposeTable.Find(rest[0], shared) ?? throw ComposeHelp.Unknown(session, rest[0]);
        return await Dispatcher.InvokeAsync(command, $"compose {rest[0]}", [.. rest.Skip(1)], session, static e => new CommandLineException(e.Message, WrongOption)).ConfigureAwait(false);
    }
}
