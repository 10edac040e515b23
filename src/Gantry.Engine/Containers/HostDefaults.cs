using Gantry.Engine.Bundles;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>Fills in what a request leaves open, as Docker's daemon does; inspect then shows it.</summary>
internal static class HostDefaults
{
    private static readonly string[] MaskedPaths =
    [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ];

    private static readonly string[] ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static HostConfig Apply(HostConfig host, CgroupLayout cgroups, ContainerDefaults defaults, string defaultRuntime) => host with
    {
        ShmSize = host.ShmSize > 0 ? host.ShmSize : defaults.ShmSize,
        IpcMode = host.IpcMode.Length > 0 ? host.IpcMode : defaults.IpcMode,
        // The host's on v1, where there is less to gain by one's own; the container's on v2 unless it is privileged.
        CgroupnsMode = host.CgroupnsMode.Length > 0 ? host.CgroupnsMode
            : defaults.CgroupnsMode.Length > 0 && !host.Privileged ? defaults.CgroupnsMode
            : cgroups.IsUnified && !host.Privileged ? "private" : "host",
        RestartPolicy = host.RestartPolicy.Name.Length > 0 ? host.RestartPolicy : host.RestartPolicy with { Name = "no" },
        // Docker says null only where there is no such switch.
        OomKillDisable = host.OomKillDisable ?? (cgroups.IsUnified ? null : false),
        SecurityOpt = SecurityOptions(host),
        KernelMemory = 0,
        KernelMemoryTCP = 0,
        MemorySwap = host.Memory > 0 && host.MemorySwap == 0 ? host.Memory * 2 : host.MemorySwap,
        MaskedPaths = host.MaskedPaths ?? (host.Privileged ? null : MaskedPaths),
        ReadonlyPaths = host.ReadonlyPaths ?? (host.Privileged ? null : ReadonlyPaths),
        CgroupParent = host.CgroupParent.Length > 0 ? host.CgroupParent : defaults.CgroupParent,
        Ulimits = defaults.Ulimits.Count == 0 ? host.Ulimits
            : [.. host.Ulimits ?? [], .. defaults.Ulimits.Where(limit => host.Ulimits?.Any(own => own.Name == limit.Name) != true)],
        Runtime = string.IsNullOrEmpty(host.Runtime) ? defaultRuntime : host.Runtime,
        Annotations = OmittedFields.OrNull(host.Annotations),
        Links = OmittedFields.OrNull(host.Links),
        Mounts = OmittedFields.OrNull(host.Mounts),
        StorageOpt = OmittedFields.OrNull(host.StorageOpt),
        Sysctls = OmittedFields.OrNull(host.Sysctls),
        Tmpfs = OmittedFields.OrNull(host.Tmpfs),
    };

    /// <summary>As Docker writes it, with SELinux and without: what shares the host's processes is not kept apart by labels.</summary>
    private static string[]? SecurityOptions(HostConfig host) =>
        (host.Privileged || host.PidMode == "host" || host.IpcMode == "host") && host.SecurityOpt?.Any(option => option.StartsWith("label", StringComparison.Ordinal)) != true
            ? [.. host.SecurityOpt ?? [], "label=disable"]
            : host.SecurityOpt;
}
