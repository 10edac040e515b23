using System.Globalization;
using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>Signals by number or name, with or without SIG (signal(7)).</summary>
internal static class SignalName
{
    public const int Kill = 9;
    public const int Terminate = 15;
    private const int RealTimeFirst = 34;
    private const int RealTimeLast = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    public static int Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= RealTimeLast ? number : throw Invalid(text);
        }

        var name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        var at = name.Length == 0 ? -1 : Array.IndexOf(Names, name);
        return at > 0 ? at
            : name switch
            {
                "IOT" => 6,
                "CLD" => 17,
                "POLL" => 29,
                "UNUSED" => 31,
                _ => RealTime(name) ?? throw Invalid(text),
            };
    }

    private static int? RealTime(string name)
    {
        var (start, sign) = name.StartsWith("RTMIN", StringComparison.Ordinal) ? (RealTimeFirst, 1)
            : name.StartsWith("RTMAX", StringComparison.Ordinal) ? (RealTimeLast, -1)
            : (0, 0);
        if (start == 0)
        {
            return null;
        }

        var rest = name.AsSpan(5);
        if (rest.IsEmpty)
        {
            return start;
        }

        return rest[0] == (sign > 0 ? '+' : '-') && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var distance) && distance <= 30
            ? start + (sign * distance)
            : null;
    }

    private static InvalidArgumentException Invalid(string text) => new($"invalid signal: {text}");
}
