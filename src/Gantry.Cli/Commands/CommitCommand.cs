using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class CommitCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var query = new Query("/commit").Add("author", call.Text("author")).Add("comment", call.Text("message")).Add("container", call.Arguments[0]);
        foreach (var change in call.List("change")) query.Add("changes", change);
        if (call.Flag("no-pause") || !call.Flag("pause")) query.Add("pause", "0");
        if (call.Arguments.Count > 1)
        {
            var target = ImageNames.Check(call.Arguments[1]);
            query.Add("repo", target.FamiliarName).Add("tag", target.Tag);
        }

        var answer = await call.Client.PostAsync(query.ToString(), "null"u8.ToArray()).ConfigureAwait(false);
        call.Out.Line(answer.Text("Id"));
        return 0;
    }
}

internal static class ExportCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var path = call.Text("output");
        if (path.Length == 0 && Terminal.OutputIsTerminal) throw new CommandLineException("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        OutputFile.RequireDirectory(path, "failed to export container");
        using var body = await call.Client.OpenAsync($"/containers/{Query.Segment(call.Arguments[0])}/export").ConfigureAwait(false);
        OutputFile.Save(call, path, body);
        return 0;
    }
}
