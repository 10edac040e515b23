using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>update: other limits, or another restart policy, for containers that exist.</summary>
internal static class UpdateCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (!call.HasAny) throw new CommandLineException("you must provide one or more flags when using this command");
        var body = new JsonBody();
        Limits.AddTo(body, call);
        if (call.Has("restart")) body["RestartPolicy"] = RestartOption.Read(call.Text("restart"), 1);
        var bytes = body.ToUtf8();
        return await Each.RunAsync(call, async name =>
        {
            var answer = await call.Client.PostAsync($"/containers/{Query.Segment(name)}/update", bytes).ConfigureAwait(false);
            foreach (var warning in answer.Texts("Warnings")) call.Out.ErrorLine(warning);
            return name;
        }).ConfigureAwait(false);
    }
}
