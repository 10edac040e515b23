using Gantry.Linux;
using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>The namespace types of config.json.</summary>
internal static class NamespaceKinds
{
    public static IReadOnlyList<string> Known { get; } = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"];

    /// <summary>Its name in /proc/PID/ns.</summary>
    public static string FileOf(Namespaces kind) => kind switch
    {
        Namespaces.Mount => "mnt",
        Namespaces.Network => "net",
        _ => kind.ToString().ToLowerInvariant(),
    };

    public static Namespaces Parse(string type) => type switch
    {
        "mount" => Namespaces.Mount,
        "pid" => Namespaces.Pid,
        "network" => Namespaces.Network,
        "uts" => Namespaces.Uts,
        "ipc" => Namespaces.Ipc,
        "cgroup" => Namespaces.Cgroup,
        "user" => Namespaces.User,
        "time" => Namespaces.Time,
        _ => throw new InvalidArgumentException($"linux.namespaces: type {type} is none of {string.Join(", ", Known)}"),
    };
}
