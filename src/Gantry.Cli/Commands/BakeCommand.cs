using System.Collections;
using Gantry.Cli.Bake;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Cli.Commands;

/// <summary>bake: builds the targets of a file.</summary>
internal static class BakeCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        try
        {
            return await BakeAsync(call).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            throw new CommandLineException($"ERROR: {e.Message}");
        }
    }

    private static async ValueTask<int> BakeAsync(Invocation call)
    {
        BuilderChoice.Apply(call);
        if (call.Arguments.FirstOrDefault(ContextAddress.IsRemote) is { } remote) throw new BakeException($"{remote} is an address: gantry reads bake files of this machine, and of standard input with -f -");
        var inputs = Inputs(call);
        var definition = BakeLoader.Load(BakeFile.Read(call.List("file"), inputs.Directory, inputs.Environment, new StreamReader(StandardStream.Input)), inputs);
        if (call.Has("list"))
        {
            call.Out.Write(BakeList.Of(definition, call.Text("list")));
            return 0;
        }

        var selection = BakeOptions.Select(call, definition, inputs);
        if (call.Flag("print"))
        {
            call.Out.Write(BakeText.Of(selection));
            return 0;
        }

        Permit(call, selection, new(call.List("allow"), inputs));
        var run = new BakeRun(call, call.Session.ConcurrentClient, selection.Targets);
        var code = await run.RunAsync(call.Text("progress") is "none" ? "quiet" : call.Text("progress")).ConfigureAwait(false);
        if (call.Has("metadata-file")) await File.WriteAllBytesAsync(call.Text("metadata-file"), JsonBody.Of(run.Results).ToUtf8()).ConfigureAwait(false);
        return code;
    }

    private static BakeInputs Inputs(Invocation call) => new()
    {
        Directory = Environment.CurrentDirectory,
        Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(item => (string)item.Key, item => (string?)item.Value ?? "", StringComparer.Ordinal),
        Variables = call.List("var").Select(text => text.Split('=', 2) is [var name, var value] ? (name, value) : throw new BakeException($"invalid value {text} of --var: want name=value")).ToDictionary(),
        Warn = text => call.Out.ErrorLine($"WARNING: {text}"),
    };

    /// <summary>Whoever sits before a terminal is asked.</summary>
    private static void Permit(Invocation call, BakeSelection selection, BakeGrants grants)
    {
        foreach (var target in selection.Targets.Values)
        {
            var missing = grants.Missing(target).ToList();
            if (missing.Count == 0) continue;
            var options = string.Join(' ', missing.Select(permission => $"--allow {permission}"));
            if (!Terminal.InputIsTerminal || !Confirmation.Ask(call.Out, $"The target {target.Name} wants more than others may: {options}")) throw new BakeException($"the target {target.Name} wants more than it is allowed: if you trust the file, give {options}");
        }
    }
}
