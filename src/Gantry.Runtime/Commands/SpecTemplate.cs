using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>A configuration that runs a shell in <c>rootfs</c>, isolated as containers usually are.</summary>
internal static class SpecTemplate
{
    private static readonly string[] Capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    /// <summary>For an ordinary user, who is root inside: the network is the host's, and there is no cgroup.</summary>
    public static ContainerSpec CreateRootless(uint uid, uint gid)
    {
        var spec = Create();
        return spec with
        {
            Mounts =
            [
                .. spec.Mounts!.Where(m => m.Destination is not ("/sys" or "/sys/fs/cgroup"))
                    .Select(m => m with { Options = m.Options is { } options ? [.. options.Where(o => !o.StartsWith("gid=", StringComparison.Ordinal))] : null }),
                new() { Destination = "/sys", Type = "bind", Source = "/sys", Options = ["rbind", "nosuid", "noexec", "nodev", "ro"] },
            ],
            Linux = spec.Linux! with
            {
                Resources = null,
                Namespaces = [.. spec.Linux.Namespaces!.Where(n => n.Type is not ("network" or "cgroup")), new() { Type = "user" }],
                UidMappings = [new() { ContainerId = 0, HostId = uid, Size = 1 }],
                GidMappings = [new() { ContainerId = 0, HostId = gid, Size = 1 }],
            },
        };
    }

    public static ContainerSpec Create() => new()
    {
        OciVersion = ContainerSpec.CurrentVersion,
        Process = new()
        {
            Terminal = true,
            User = new(),
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new() { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
            Rlimits = [new() { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
            NoNewPrivileges = true,
        },
        Root = new() { Path = "rootfs", Readonly = true },
        Hostname = "gantry",
        Mounts =
        [
            new() { Destination = "/proc", Type = "proc", Source = "proc" },
            new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new()
            {
                Destination = "/dev/pts",
                Type = "devpts",
                Source = "devpts",
                Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
            },
            new() { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
            new() { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
            new() { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
            new() { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = ["nosuid", "noexec", "nodev", "relatime", "ro"] },
        ],
        Linux = new()
        {
            Resources = new() { Devices = [new() { Allow = false, Access = "rwm" }] },
            Namespaces =
            [
                new() { Type = "pid" }, new() { Type = "network" }, new() { Type = "ipc" }, new() { Type = "uts" }, new() { Type = "mount" },
                new() { Type = "cgroup" },
            ],
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };
}
