using Gantry.Cli.Hosts;

namespace Gantry.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        using var session = new Session(Environment.GetCommandLineArgs()[0]);
        // The client blocks, so this has completed by the time it returns.
        return Dispatcher.RunAsync(arguments, session).AsTask().GetAwaiter().GetResult();
    }
}
