using Gantry.Linux;
using Gantry.Spec;
using Gantry.Spec.Runtime;

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

    /// <summary>Whether a container has a namespace of its own of a type, be it new or one that is there.</summary>
    public static bool Has(LinuxSpec? linux, string type) => Find(linux, type) is not null;

    /// <summary>Whether it gets a new one.</summary>
    public static bool MakesNew(LinuxSpec? linux, string type) => Find(linux, type) is { } found && string.IsNullOrEmpty(found.Path);

    private static NamespaceSpec? Find(LinuxSpec? linux, string type)
    {
        for (var i = 0; i < (linux?.Namespaces?.Count ?? 0); i++)
        {
            if (linux!.Namespaces![i].Type == type)
            {
                return linux.Namespaces[i];
            }
        }

        return null;
    }

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
