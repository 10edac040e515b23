using System.Collections;
using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;
using Gantry.Cli.Hosts;
using Gantry.Cli.Terminals;
using Gantry.Spec;

namespace Gantry.Cli.Plugins;

/// <summary>Hands this process over to a plug-in: its terminal, signals and exit code are then the plug-in's.</summary>
internal static class PluginRun
{
    /// <param name="arguments">Of the whole invocation, options before the command's name included, as plug-ins want them.</param>
    /// <returns>Never.</returns>
    public static int Execute(Session session, string name, string path, IReadOnlyList<string> arguments)
    {
        Plugin.Ask(name, path);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        environment["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"] = Environment.ProcessPath ?? session.Program;
        if (session.Context.IsUnsaid) Wake(session);
        // Options and contexts it reads itself; of our own default and variable it knows nothing.
        if (session.Context.IsUnsaid || CurrentContext.HostVariable is not null) environment["DOCKER_HOST"] = session.Context.Endpoint(ContextStore.Default).Host;
        session.Out.Flush();
        string?[] words = [path, .. arguments, null];
        string?[] variables = [.. environment.Select(e => $"{e.Key}={e.Value}"), null];
        // The runtime ignores SIGPIPE, and what is ignored stays so beyond execve(2).
        LibC.Signal(LibC.SigPipe, LibC.DefaultAction);
        _ = LibC.ExecVE(path, words, variables);
        throw new CommandLineException($"cannot run {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>Starts the daemon where this program would for a command of its own.</summary>
    private static void Wake(Session session)
    {
        try
        {
            using var stream = session.Client.Dial();
        }
        catch (UnavailableException)
        {
            // Not every command of a plug-in needs one.
        }
    }
}
