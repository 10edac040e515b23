using System.Globalization;
using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>What /proc/PID/stat says about a process.</summary>
/// <param name="State">R, S, D, Z, …</param>
/// <param name="StartTime">In clock ticks since boot: with the number it names one process for ever.</param>
public readonly record struct ProcessStatus(char State, ulong StartTime)
{
    public bool IsZombie => State is 'Z' or 'X';

    /// <summary>Null when there is no such process.</summary>
    public static ProcessStatus? TryRead(int pid)
    {
        try
        {
            var text = HostFile.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The name in parentheses may contain anything, also parentheses (proc(5)).
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new(fields[0][0], ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
