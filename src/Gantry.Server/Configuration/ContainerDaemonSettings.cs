using System.Globalization;
using System.Text.Json;
using Gantry.Engine.Containers;
using Gantry.Engine.Disk;
using Gantry.Engine.Validation;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Configuration;

/// <summary>The settings of containers, by Docker's names.</summary>
internal static class ContainerDaemonSettings
{
    private static readonly string[] OwnModes = ["private", "host"];
    private static readonly string[] IpcModes = ["private", "shareable"];

    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        new("cdi-spec-dir", "cdi-spec-dirs", null, "directory", "Where vendors describe their devices (CDI); may be repeated (default /etc/cdi and /var/run/cdi)",
            // An empty one is none at all, as Docker takes it.
            (options, value) => options with { DeviceDirectories = [.. options.DeviceDirectories ?? [], .. value.Length == 0 ? (string[])[] : [DaemonSetting.Absolute("cdi-spec-dir", value)]] }) { EmptyIsNone = true },
        Setting("cgroup-parent", "path", "The cgroup that containers are made in (default gantry)", (defaults, value) => defaults with { CgroupParent = value }),
        Setting("default-cgroupns-mode", "mode", "The cgroup namespace of containers that name none, private or host (default private with cgroup v2, host with v1)",
            (defaults, value) => defaults with { CgroupnsMode = OneOf("default-cgroupns-mode", OwnModes, value) }),
        Setting("default-ipc-mode", "mode", "The IPC namespace of containers that name none: private or shareable (default private)",
            (defaults, value) => defaults with { IpcMode = OneOf("default-ipc-mode", IpcModes, value) }),
        Setting("default-shm-size", "size", "The size of /dev/shm, as 64M or 1G (default 64M)", (defaults, value) => defaults with { ShmSize = ByteSize.OfMemory("default-shm-size", value) }),
        new("default-ulimit", "default-ulimits", null, "name=soft[:hard]", "A limit of containers that do not set it; may be repeated",
            (options, value) => options with { Containers = WithLimit(options.Containers, value) }) { Unfold = Limits },
        Setting("init", null, "Run an init in containers that forwards signals and reaps processes", (defaults, value) => defaults with { Init = DaemonSetting.Switch("init", value) }),
        Setting("init-path", "file", "The init program (default docker-init, tini-static or tini in PATH)", (defaults, value) => defaults with { InitPath = DaemonSetting.Absolute("init-path", value) }),
        Setting("no-new-privileges", null, "Containers gain no privileges by execve(2)", (defaults, value) => defaults with { NoNewPrivileges = DaemonSetting.Switch("no-new-privileges", value) }),
        new("storage-opt", "storage-opts", null, "name=value", "overlay2.size=10G: what the writable layer of a container may hold that names no size itself; needs project quotas of the file system (default no limit)",
            (options, value) => StorageOptions.ReadDefault(value) is { } size ? options with { Containers = options.Containers with { Size = size } } : options),
        Setting("seccomp-profile", "file", "The seccomp profile of containers that name none: a file, builtin or unconfined (default builtin)", (defaults, value) => defaults with { SeccompProfile = value }),
    ];

    private static DaemonSetting Setting(string name, string? value, string help, Func<ContainerDefaults, string, ContainerDefaults> apply) =>
        new(name, name, null, value, help, (options, text) => options with { Containers = apply(options.Containers, text) });

    private static ContainerDefaults WithLimit(ContainerDefaults defaults, string text)
    {
        var (name, values) = text.Split('=', 2) is [var left, var right] ? (left, right.Split(':')) : (text, []);
        if (values is not [_] and not [_, _] || !long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var soft)
            || !long.TryParse(values[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hard))
        {
            throw new InvalidArgumentException($"invalid default-ulimit \"{text}\": name=soft or name=soft:hard is needed, as in nofile=1024:524288");
        }

        var limit = new Ulimit { Name = name, Soft = soft, Hard = hard };
        return defaults with { Ulimits = [.. defaults.Ulimits.Where(other => other.Name != name), limit] };
    }

    /// <summary><c>{"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}</c>.</summary>
    private static IEnumerable<string> Limits(JsonElement limits) =>
        limits.EnumerateObject().Select(limit => limit.Value.TryGetProperty("Soft", out var soft) && limit.Value.TryGetProperty("Hard", out var hard)
            ? $"{limit.Name}={soft.GetRawText()}:{hard.GetRawText()}"
            : throw new InvalidArgumentException($"invalid default-ulimits: \"{limit.Name}\" needs \"Soft\" and \"Hard\""));

    private static string OneOf(string name, string[] values, string value) =>
        values.Contains(value) ? value : throw new InvalidArgumentException($"invalid {name} \"{value}\": {string.Join(" or ", values)}");
}
