using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Cgroups;

/// <summary>Writes linux.resources into a container's cgroup.</summary>
public static class CgroupLimits
{
    /// <summary>Sets what is given; what is null stays as it is.</summary>
    /// <exception cref="UnsupportedException">The machine lacks a controller that a limit needs.</exception>
    public static void Apply(Cgroup cgroup, ResourcesSpec? resources, Action<string>? warn = null)
    {
        if (resources is null)
        {
            return;
        }

        ResourceValidation.Check(resources);
        if (cgroup.Layout.Hierarchies.Length == 0)
        {
            return;
        }

        IEnumerable<CgroupSetting> settings = cgroup.Layout.IsUnified ? UnifiedLimits.Of(resources, cgroup) : LegacyLimits.Of(resources, cgroup);
        foreach (var setting in settings)
        {
            Write(cgroup, setting, warn);
        }

        // Without privileges the kernel takes no program; the devices of the user namespace are no danger to others.
        if (cgroup.Layout.IsUnified && resources.Devices is { Count: > 0 } && HostUser.IsPrivileged)
        {
            using var directory = cgroup.OpenUnified();
            DeviceFilter.Apply(directory!, DeviceRules.Of(resources.Devices));
        }
    }

    /// <summary>The name of a limit that is asked for; null for none. Rules about devices are no limit in this sense.</summary>
    internal static string? FirstOf(ResourcesSpec? resources) => resources switch
    {
        null => null,
        { Memory: not null } => "memory",
        { Cpu: not null } => "cpu",
        { Pids.Limit: > 0 } => "pids",
        { BlockIo: not null } => "blockIO",
        { HugepageLimits.Count: > 0 } => "hugepageLimits",
        { Rdma.Count: > 0 } => "rdma",
        { Unified.Count: > 0 } => "unified",
        _ => null,
    };

    internal static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What mostly is behind a refusal; nothing where the kernel's word says it.</summary>
    private static string Reason(string controller, Errno errno) => (controller, errno) switch
    {
        ("memory", Errno.EBUSY) => ": the container uses more already",
        ("cpuset", Errno.EINVAL or Errno.ERANGE or Errno.EACCES) => ": the cgroup above it, or the machine, does not have them all",
        ("cpu", Errno.EINVAL) => ": it is out of the kernel's range, or more than the cgroup above it has",
        (_, Errno.EINVAL or Errno.ERANGE) => ": it is out of the kernel's range",
        (_, Errno.EACCES or Errno.EPERM or Errno.EROFS) => ": this user may not set it: it is not delegated",
        _ => "",
    };

    private static void Write(Cgroup cgroup, CgroupSetting setting, Action<string>? warn)
    {
        var available = cgroup.Layout.IsUnified
            ? setting.Controller.Length == 0 || cgroup.HasUnifiedController(setting.Controller)
            : cgroup.Layout.Find(setting.Controller) is not null;
        if (!available)
        {
            throw new UnsupportedException($"linux.resources: {setting.File} {setting.Value}: this machine has no cgroup controller {setting.Controller}");
        }

        try
        {
            cgroup.Write(setting.Controller, setting.File, setting.Value);
        }
        catch (LinuxException e) when (setting.IsOptional)
        {
            warn?.Invoke(e.Message);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            throw new UnsupportedException($"linux.resources: {setting.File} {setting.Value}: this kernel has no such limit", e);
        }
        catch (LinuxException e)
        {
            throw new InvalidArgumentException($"linux.resources: {setting.File} {setting.Value}: the kernel refuses it: {LinuxException.Describe(e.Errno)}{Reason(setting.Controller, e.Errno)}", e);
        }
    }
}

/// <summary>A value for a file of a controller.</summary>
/// <param name="IsOptional">Whether a container can be without it.</param>
internal readonly record struct CgroupSetting(string Controller, string File, string Value, bool IsOptional = false);
