using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>network rm.</summary>
internal static class NetworkRmCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        try
        {
            await call.Client.DeleteAsync($"/networks/{Query.Segment(name)}").ConfigureAwait(false);
            return name;
        }
        catch (NotFoundException) when (call.Flag("force"))
        {
            return null;
        }
    });
}
