using System.Runtime.InteropServices;
using System.Text;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminals;

/// <summary>Asks before something is lost.</summary>
internal static class Confirmation
{
    /// <summary>True for y or yes, of any case, on standard input. A signal in place of an answer ends the program as a no does.</summary>
    public static bool Ask(Output output, string warning)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, leave);
        output.Write(warning + "\nAre you sure you want to continue? [y/N] ");
        output.Flush();
        var line = new StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (StandardStream.Input.Read(one) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().Trim().ToUpperInvariant() is "Y" or "YES";

        void leave(PosixSignalContext context)
        {
            context.Cancel = true;
            output.Line("");
            output.Flush();
            Environment.Exit(0);
        }
    }
}
