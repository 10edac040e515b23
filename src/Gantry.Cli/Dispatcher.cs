using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Plugins;
using Gantry.Cli.Terminals;
using Gantry.Spec;

namespace Gantry.Cli;

/// <summary>From arguments to a command's exit code. The only place where failures become text and a code.</summary>
internal static class Dispatcher
{
    private const int Refused = 125;

    public static async ValueTask<int> RunAsync(string[] arguments, Session session)
    {
        try
        {
            var code = await DispatchAsync(arguments, session).ConfigureAwait(false);
            session.Out.Flush();
            return code;
        }
        catch (CommandLineException e)
        {
            if (e.Message.Length > 0) session.Out.ErrorLine(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is GantryException or FormatException)
        {
            session.Out.ErrorLine(e.Message);
            return 1;
        }
        catch (IOException e) when (e.HResult == 32)
        {
            // EPIPE: whoever read our output has enough.
            return 1;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            session.Out.ErrorLine($"{(e as FileNotFoundException)?.FileName ?? e.Message}: no such file or directory");
            return 1;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or System.Net.Sockets.SocketException or System.Text.Json.JsonException)
        {
            session.Out.ErrorLine(e.Message);
            return 1;
        }
    }

    private static async ValueTask<int> DispatchAsync(string[] arguments, Session session)
    {
        var global = GlobalOptions.Create();
        List<string> rest;
        try
        {
            rest = global.Parse(arguments, stopAtFirst: true);
        }
        catch (HelpRequestedException)
        {
            // Help tells of plug-ins, and where they are is configured.
            session.Configure(global, []);
            return RootHelp.Print(session);
        }
        catch (FormatException e)
        {
            throw new CommandLineException($"{e.Message}\n\nUsage:  {session.Program} [OPTIONS] COMMAND [ARG...]\n\nRun '{session.Program} --help' for more information", Refused);
        }

        session.Configure(global, arguments[..^rest.Count]);
        if (global["version"].AsBoolean())
        {
            if (session.IsCompose) return Compose.Commands.VersionCommand.Print(session.Out, "pretty", isShort: false);
            session.Out.Line($"{session.ProductName} version {Session.Version}, build {Session.Commit}");
            return 0;
        }

        if (session.IsCompose && rest is [Plugin.MetadataCommand]) return Compose.ComposePlugin.PrintMetadata(session);
        if (session.IsCompose && rest is not ["compose", ..]) return await Compose.ComposeDispatcher.RunAsync(rest, session).ConfigureAwait(false);
        if (rest.Count == 0) return RootHelp.Print(session, asked: false);
        if (rest[0] == "help") return await HelpAsync(rest, session).ConfigureAwait(false);
        return await RunCommandAsync(rest, session).ConfigureAwait(false);
    }

    private static ValueTask<int> HelpAsync(List<string> rest, Session session) => rest.Count > 1 && !CommandTable.IsOurs(rest[1]) && RefusedCommands.Reason(session, rest[1]) is null && PluginFinder.Find(session, rest[1]) is null
        ? throw new CommandLineException($"unknown help topic: {string.Join(' ', rest.Skip(1))}")
        : rest.Count == 1 ? new ValueTask<int>(RootHelp.Print(session))
        : RunCommandAsync([.. rest.Skip(1), "--help"], session);

    /// <summary>Runs a command on the host that is chosen already.</summary>
    public static async ValueTask<int> RunCommandAsync(List<string> words, Session session)
    {
        if (words[0] == "builder" && session.Config.Alias("builder") is { } other) words = [other, .. words.Skip(1)];
        var path = words[0];
        if (path == "compose") return await Compose.ComposeDispatcher.RunAsync(words[1..], session).ConfigureAwait(false);
        var taken = 1;
        Command? command;
        if (CommandTable.IsGroup(path))
        {
            if (path is "buildx" or "builder") words = BuilderChoice.Take(words, session);
            if (words.Count == 1 || words[1] is "--help" or "-h") return RootHelp.PrintGroup(session, path, asked: words.Count > 1);
            command = CommandTable.FindInGroup(path, words[1]);
            if (command is null) throw RootHelp.UnknownInGroup(session, path, words[1]);
            path = $"{path} {words[1]}";
            taken = 2;
        }
        else
        {
            command = CommandTable.Find(path);
        }

        if (command is null) return RunOther(words, session);
        return await InvokeAsync(command, path, words.Skip(taken).ToArray(), session).ConfigureAwait(false);
    }

    /// <summary>What is no command of ours: one that is refused, or a plug-in's.</summary>
    private static int RunOther(List<string> words, Session session)
    {
        if (RefusedCommands.Reason(session, words[0]) is { } reason)
        {
            if (words[^1] is not ("--help" or "-h")) throw new CommandLineException(reason);
            session.Out.Line(reason);
            return 0;
        }

        return PluginFinder.Find(session, words[0]) is { } program
            ? PluginRun.Execute(session, words[0], program, [.. session.GlobalArguments, .. words])
            : words.Skip(1).Any(word => word is "--help" or "-h") ? RootHelp.Print(session)
            : throw RootHelp.Unknown(session, words[0]);
    }

    /// <param name="refuse">What is said of options that are wrong, where that is not the usual.</param>
    internal static async ValueTask<int> InvokeAsync(Command command, string path, string[] arguments, Session session, Func<FormatException, CommandLineException>? refuse = null)
    {
        var options = new OptionSet();
        command.Options?.Invoke(options);
        List<string> rest;
        try
        {
            rest = options.Parse(arguments, command.StopsAtFirstArgument);
        }
        catch (HelpRequestedException)
        {
            session.Out.Write(HelpText.Of(command, options, session.Program, path, Terminal.Width));
            return 0;
        }
        catch (FormatException e)
        {
            throw refuse?.Invoke(e) ?? new CommandLineException($"{e.Message}\n\nUsage:  {HelpText.UsageOf(command, session.Program, path)}\n\nRun '{session.Program} {path} --help' for more information", Refused);
        }

        if (command.CheckArguments(rest.Count, out var verb) is { } wrong)
        {
            throw new CommandLineException($"{session.Program}: '{session.Program} {path}' {wrong}\n\nUsage:  {HelpText.UsageOf(command, session.Program, path)}\n\n{verb} '{session.Program} {path} --help' for more information");
        }

        ContentTrust.Check(options, command.Name is "run" or "create" ? Refused : 1);
        return await command.Run(new Invocation(command, path, options, rest, session)).ConfigureAwait(false);
    }
}
