using Gantry.Runtime.Commands;

namespace Gantry.Runtime;

internal static class Program
{
    private static int Main(string[] arguments) => CommandLine.Run(arguments);
}
