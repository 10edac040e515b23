using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>Resource limits by name, in the order of their numbers (getrlimit(2)).</summary>
internal static class Rlimits
{
    private static readonly string[] Names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    public static int NumberOf(string name)
    {
        var number = Array.IndexOf(Names, name);
        return number >= 0 ? number : throw new InvalidArgumentException($"process.rlimits: type {name} is none of {string.Join(", ", Names)}");
    }
}
