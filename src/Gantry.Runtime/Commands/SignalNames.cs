using System.Globalization;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary>Signals by name or number (signal(7); x86-64 and arm64 have the same).</summary>
public static class SignalNames
{
    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary><c>KILL</c>, <c>SIGKILL</c>, <c>9</c>, <c>RTMIN+3</c>, in any case.</summary>
    public static int Parse(string text)
    {
        const int realTimeMinimum = 34;
        const int realTimeMaximum = 64;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number <= realTimeMaximum ? number : throw Unknown(text);
        }

        var name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        var index = Array.IndexOf(Names, name);
        return index > 0 ? index : name switch
        {
            "IOT" => 6,
            "CLD" => 17,
            "POLL" => 29,
            "RTMIN" => realTimeMinimum,
            "RTMAX" => realTimeMaximum,
            ['R', 'T', 'M', 'I', 'N', '+', .. var above] when int.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 30 =>
                realTimeMinimum + n,
            ['R', 'T', 'M', 'A', 'X', '-', .. var below] when int.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 30 =>
                realTimeMaximum - n,
            _ => throw Unknown(text),
        };
    }

    private static InvalidArgumentException Unknown(string text) => new($"unknown signal {text}");
}
