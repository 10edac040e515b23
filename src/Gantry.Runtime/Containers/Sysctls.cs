using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>Kernel parameters that a namespace has of its own.</summary>
internal static class Sysctls
{
    private static readonly string[] IpcKeys =
        ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];

    /// <summary>The file of <c>net.ipv4.ip_forward</c>; slashes may stand for dots, and then dots are dots.</summary>
    public static string PathOf(string key) =>
        "/proc/sys/" + (key.Contains('/', StringComparison.Ordinal) ? key : key.Replace('.', '/'));

    /// <summary>Refuses what would change the host.</summary>
    /// <param name="isNew">Whether the container has a namespace of a type of its own, new or by path.</param>
    public static void Check(string key, string value, Func<string, bool> isNew)
    {
        var dotted = key.Contains('/', StringComparison.Ordinal) ? key.Replace('/', '.') : key;
        var needed = dotted switch
        {
            _ when dotted.Contains("..", StringComparison.Ordinal) => null,
            _ when dotted.StartsWith("net.", StringComparison.Ordinal) => "network",
            _ when IpcKeys.Contains(dotted) || dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) => "ipc",
            "kernel.domainname" or "kernel.hostname" => "uts",
            _ when dotted.StartsWith("user.", StringComparison.Ordinal) => "user",
            _ => null,
        };
        if (needed is null)
        {
            throw new InvalidArgumentException($"linux.sysctl: {key}={value} is not a parameter that a namespace has of its own");
        }

        if (!isNew(needed))
        {
            throw new InvalidArgumentException($"linux.sysctl: {key}={value} would change the host: the container has no {needed} namespace of its own");
        }
    }
}
