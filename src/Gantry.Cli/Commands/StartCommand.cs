using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

internal static class StartCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (call.Flag("attach") || call.Flag("interactive"))
        {
            if (call.Arguments.Count > 1) throw new CommandLineException("you cannot start and attach multiple containers at once");
            var container = await call.Client.GetAsync($"/containers/{Query.Segment(call.Arguments[0])}/json").ConfigureAwait(false);
            return await AttachCommand.JoinAsync(call, container, start: true).ConfigureAwait(false);
        }

        var failed = new List<string>();
        foreach (var name in call.Arguments)
        {
            try
            {
                await call.Client.StartContainerAsync(name).ConfigureAwait(false);
                call.Out.LineNow(name);
            }
            catch (GantryException e) when (e is not UnavailableException)
            {
                call.Out.ErrorLine(e.Message);
                failed.Add(name);
            }
        }

        return failed.Count == 0 ? 0 : throw new CommandLineException($"Error: failed to start containers: {string.Join(", ", failed)}");
    }
}
