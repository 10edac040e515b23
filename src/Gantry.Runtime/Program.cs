using Gantry.Runtime.Commands;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime;

internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["monitor", ..] => MonitorCommand.Run(arguments.AsSpan(1)),
        [CompressCommand.Name] => CompressCommand.Run(),
        _ => CommandLine.Run(arguments),
    };
}
