using System.Text;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminals;

/// <summary>Asks before something is lost.</summary>
internal static class Confirmation
{
    /// <summary>True for y or yes, of any case, on standard input.</summary>
    public static bool Ask(Output output, string warning)
    {
        output.Write(warning + "\nAre you sure you want to continue? [y/N] ");
        output.Flush();
        var line = new StringBuilder();
        Span<byte> one = stackalloc byte[1];
        while (StandardStream.Input.Read(one) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
