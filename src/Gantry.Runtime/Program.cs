using Gantry.Runtime.Commands;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime;

internal static class Program
{
    private static int Main(string[] arguments) =>
        arguments is ["monitor", ..] ? MonitorCommand.Run(arguments.AsSpan(1)) : CommandLine.Run(arguments);
}
