using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose wait: for the first container that ends, whose exit code it returns.</summary>
internal static class WaitCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "wait SERVICE [SERVICE...] [OPTIONS]", "Block until the first service container stops", 1, Command.Any, RunAsync, static o =>
        o.Add("down-project", null, "bool", "Drops project when the first container stops"));

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenByNameAsync(call).ConfigureAwait(false);
        var running = target.Meant.Where(container => container.IsRunning).ToList();
        if (running.Count == 0) throw new ComposeException($"no containers for project \"{target.Engine.Project}\"");
        if (call.IsDryRun) return 0;
        var first = await Task.WhenAny(running.Select(WaitAsync)).ConfigureAwait(false);
        var (ended, code) = await first.ConfigureAwait(false);
        call.Out.LineNow(string.Create(CultureInfo.InvariantCulture, $"container \"{ended.Id}\" exited with status code {code}"));
        if (call.Flag("down-project")) await new ProjectRemoval(target.Engine, null, call.Progress, call.Warn).RunAsync(new(), CancellationToken.None).ConfigureAwait(false);
        return code;

        async Task<(ComposeContainer Container, int Code)> WaitAsync(ComposeContainer container)
        {
            using var exit = await target.Engine.Client.WaitAsync(container.Id, "not-running").ConfigureAwait(false);
            return (container, (await exit.ReadAsync().ConfigureAwait(false)).Status);
        }
    }
}
