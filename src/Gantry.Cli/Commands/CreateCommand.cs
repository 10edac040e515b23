using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

internal static class CreateCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        try
        {
            call.Out.Line(await Creation.CreateAsync(call, Attachment.Read(call, detached: false)).ConfigureAwait(false));
            return 0;
        }
        catch (Exception e) when (e is GantryException or CommandLineException or FormatException)
        {
            var failure = Creation.Failure(call, e);
            throw e is not CommandLineException ? new CommandLineException(e.Message) : failure;
        }
    }
}
