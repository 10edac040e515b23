namespace Gantry.Engine.Bundles;

/// <summary>The limits of setrlimit(2) by <c>--ulimit</c>'s names.</summary>
internal static class Rlimits
{
    private static readonly string[] Names =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
    ];

    public static bool IsKnown(string name) => Names.Contains(name);

    public static string KernelName(string name) => "RLIMIT_" + name.ToUpperInvariant();
}
