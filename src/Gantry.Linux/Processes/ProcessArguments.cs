using System.Globalization;
using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>This process's command line as others see it (/proc/PID/cmdline).</summary>
public static unsafe class ProcessArguments
{
    // proc_pid_stat(5), counted from 1.
    private const int StartField = 48;

    /// <summary>Shows another value after an option; what is longer than the value there before is cut at its beginning.</summary>
    public static void Replace(string option, string value)
    {
        var arguments = HostFile.ReadAllBytes("/proc/self/cmdline").AsSpan();
        var at = arguments.IndexOf(Encoding.UTF8.GetBytes($"\0{option}\0"));
        if (at < 0) return;
        at += option.Length + 2;
        var length = arguments[at..].IndexOf((byte)0);
        var shown = Encoding.UTF8.GetBytes(value).AsSpan();
        if (shown.Length > length) shown = shown[^length..];
        var target = new Span<byte>((byte*)Start() + at, length);
        target.Clear();
        shown.CopyTo(target);
    }

    private static nint Start()
    {
        var line = Encoding.UTF8.GetString(HostFile.ReadAllBytes("/proc/self/stat"));
        // The second field is the program's name in parentheses, whatever is in it.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return nint.Parse(fields[StartField - 3], CultureInfo.InvariantCulture);
    }
}
