using Gantry.Cli.CommandLine;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>A command on several subjects: each is tried, each failure told, and one is enough for exit code 1.</summary>
internal static class Each
{
    public static async ValueTask<int> RunAsync(Invocation call, Func<string, ValueTask<string?>> action)
    {
        var failures = new List<string>();
        foreach (var name in call.Arguments)
        {
            try
            {
                if (await action(name).ConfigureAwait(false) is { } line) call.Out.LineNow(line);
            }
            catch (UnavailableException)
            {
                throw;
            }
            catch (GantryException e)
            {
                failures.Add(e.Message);
            }
        }

        return failures.Count == 0 ? 0 : throw new CommandLineException(string.Join('\n', failures));
    }
}
