using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>completion: a script for a shell, which asks <c>__complete</c> what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _PROGRAM_complete() {
            local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
            local reply
            reply="$(PROGRAM __complete -- "${words[@]}" 2>/dev/null)" || return
            COMPREPLY=()
            local line
            while IFS=$'\t' read -r line _; do
                [ -n "$line" ] && [[ $line != :[0-9]* ]] && COMPREPLY+=("$line")
            done <<< "$reply"
            [ ${#COMPREPLY[@]} -eq 0 ] && compopt -o default 2>/dev/null
            return 0
        }
        complete -F _PROGRAM_complete PROGRAM

        """;

    private const string Zsh = """
        #compdef PROGRAM
        _PROGRAM() {
            local -a lines found
            lines=("${(@f)$(PROGRAM __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            local line
            for line in $lines; do
                [[ $line == :[0-9]* ]] || found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            if (( ${#found} )); then _describe 'PROGRAM' found; else _files; fi
        }
        compdef _PROGRAM PROGRAM

        """;

    private const string Fish = """
        function __PROGRAM_complete
            set -l words (commandline -opc) (commandline -ct)
            PROGRAM __complete -- $words[2..-1] 2>/dev/null | string match -v -r '^:[0-9]+$'
        end
        complete -c PROGRAM -f -a '(__PROGRAM_complete)'

        """;

    public static ValueTask<int> RunAsync(Invocation call)
    {
        var script = call.Command.Name switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        };
        call.Out.Write(script.Replace("PROGRAM", call.Session.Program, StringComparison.Ordinal));
        return new ValueTask<int>(0);
    }

    /// <summary>
    /// Prints what may replace the last word, each with a description behind a tab, and at the end what shells are to do besides, as
    /// cobra does: scripts made for docker read it.
    /// </summary>
    public static async ValueTask<int> CompleteAsync(Invocation call)
    {
        var given = call.Arguments.ToList();
        var last = given.Count > 0 ? given[^1] : "";
        var before = given.Take(Math.Max(0, given.Count - 1)).Where(w => !w.StartsWith('-')).ToList();
        var (words, directive) = await CandidatesAsync(call, before, last).ConfigureAwait(false);
        foreach (var (word, about) in words)
        {
            if (word.StartsWith(last, StringComparison.Ordinal)) call.Out.Line(about.Length > 0 ? $"{word}\t{about}" : word);
        }

        call.Out.Line($":{(int)directive}");
        call.Out.ErrorLine($"Completion ended with directive: ShellCompDirective{directive}");
        return 0;
    }

    private static async ValueTask<(IEnumerable<(string Word, string About)> Words, Directive Directive)> CandidatesAsync(Invocation call, List<string> before, string last)
    {
        if (before.Count == 0) return (Commands(), Directive.NoFileComp);
        var group = CommandTable.IsGroup(before[0]);
        if (group && before.Count == 1) return (CommandTable.NamesOf(before[0]).Select(n => (n, CommandTable.FindInGroup(before[0], n)!.Summary)), Directive.NoFileComp);
        var command = group ? CommandTable.FindInGroup(before[0], before[1]) : CommandTable.Find(before[0]);
        if (command is null) return ([], Directive.Default);
        if (last.StartsWith('-'))
        {
            var options = new OptionSet();
            command.Options?.Invoke(options);
            return (options.All.SelectMany(Words).Append(("--help", "Print usage")), Directive.NoFileComp);
        }

        try
        {
            return (await NamesAsync(call, group ? before[0] : "", command.Name).ConfigureAwait(false), Directive.NoFileComp);
        }
        catch (Exception e) when (e is GantryException or IOException or System.Net.Sockets.SocketException)
        {
            // No daemon, no names.
            return ([], Directive.Error);
        }
    }

    private static IEnumerable<(string, string)> Words(Option option)
    {
        var about = option.Description.Split('\n')[0];
        yield return ("--" + option.Name, about);
        if (option.Shorthand is { } letter) yield return ($"-{letter}", about);
    }

    private static IEnumerable<(string, string)> Commands() =>
        CommandTable.CommonNames.Concat(CommandTable.OtherNames).Select(n => (n, CommandTable.Find(n)!.Summary))
            .Concat(RootHelp.Groups);

    private static async ValueTask<IEnumerable<(string, string)>> NamesAsync(Invocation call, string group, string command)
    {
        var running = command is "attach" or "exec" or "stop" or "kill" or "pause" or "top";
        IEnumerable<(string, string)> names = [];
        if (group != "image" && (running || command is "start" or "restart" or "rm" or "logs" or "rename" or "unpause" or "wait" or "port" or "diff" or "inspect"))
        {
            var containers = await call.Client.GetAsync(new Query("/containers/json").Add("all", !running).ToString()).ConfigureAwait(false);
            names = containers.List().SelectMany(c => c.Texts("Names").Select(n => (n.TrimStart('/'), c.Text("Image"))));
        }

        if (group != "container" && command is "inspect" || command is "run" or "create" or "pull" or "push" or "rmi" or "tag" or "save" or "history")
        {
            var images = await call.Client.GetAsync("/images/json").ConfigureAwait(false);
            names = names.Concat(images.List().SelectMany(i => i.Texts("RepoTags").Where(t => t != "<none>:<none>").Select(t => (t, Lists.Units.ShortId(i.Text("Id"))))));
        }

        return names;
    }

    /// <summary>What the shell does besides, in cobra's numbers.</summary>
    private enum Directive
    {
        /// <summary>Files are offered where no word fits.</summary>
        Default = 0,

        /// <summary>Words could not be found out.</summary>
        Error = 1,

        /// <summary>No files are offered.</summary>
        NoFileComp = 4,
    }
}
