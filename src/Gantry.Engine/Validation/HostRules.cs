using Gantry.Engine.Containers;
using Gantry.Engine.Logs.Drivers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>What the host half of a request may ask: each member is honoured, or refused by its name.</summary>
internal static class HostRules
{
    /// <summary>Checks all of it and gives the warnings that go with the answer.</summary>
    /// <param name="asked">The other half, before the image's was added to it.</param>
    /// <param name="config">With the image's.</param>
    public static List<string> Check(HostConfig host, ContainerConfig asked, ContainerConfig config, ContainerDefaults defaults, RuntimeOptions runtimes)
    {
        var warnings = new List<string>();
        NetworkRules.Check(host, asked, config, warnings);
        CheckNamespaces(host, config);
        if (host.Annotations?.ContainsKey("") == true)
        {
            throw new InvalidArgumentException("invalid Annotations: the empty string is not permitted as an annotation key");
        }

        CheckRestart(host);
        CheckSecurity(host, defaults);
        CheckUnsupported(host);
        if (host.Runtime is { Length: > 0 } runtime)
        {
            runtimes.Require(runtime);
        }

        LogDrivers.Check(host.LogConfig);
        ResourceRules.Check(host);
        CheckSysctls(host);
        ResourceRules.Warn(host, warnings);
        return warnings;
    }

    /// <summary>Checks what of it can change while the container exists.</summary>
    public static void CheckUpdate(HostConfig host)
    {
        CheckRestart(host);
        CheckUnsupported(host);
        ResourceRules.Check(host);
    }

    private static void CheckNamespaces(HostConfig host, ContainerConfig config)
    {
        if (host.PidMode is not ("" or "private" or "host") && !IsContainer(host.PidMode))
        {
            throw new InvalidArgumentException($"invalid PID mode: {host.PidMode}");
        }

        if (host.IpcMode is not ("" or "none" or "private" or "shareable" or "host") && !IsContainer(host.IpcMode))
        {
            throw new InvalidArgumentException($"invalid IPC mode: {host.IpcMode}");
        }

        if (host.UTSMode is not ("" or "host"))
        {
            throw new InvalidArgumentException($"invalid UTS mode: {host.UTSMode}");
        }

        if (host.UTSMode == "host" && config.Hostname.Length > 0)
        {
            throw new InvalidArgumentException("conflicting options: hostname and the UTS mode");
        }

        if (host.UsernsMode is not ("" or "host"))
        {
            throw new InvalidArgumentException($"invalid user namespace mode: {host.UsernsMode}");
        }

        if (host.CgroupnsMode is not ("" or "private" or "host"))
        {
            throw new InvalidArgumentException($"invalid cgroup namespace mode: {host.CgroupnsMode}");
        }
    }

    private static bool IsContainer(string mode) => mode.StartsWith("container:", StringComparison.Ordinal) && mode.Length > "container:".Length;

    private static void CheckRestart(HostConfig host)
    {
        var policy = host.RestartPolicy;
        switch (policy.Name)
        {
            case "always" or "unless-stopped" or "no" or "":
                if (policy.MaximumRetryCount != 0)
                {
                    throw new InvalidArgumentException(policy.MaximumRetryCount < 0
                        ? "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative"
                        : "invalid restart policy: maximum retry count can only be used with 'on-failure'");
                }

                break;
            case "on-failure":
                if (policy.MaximumRetryCount < 0)
                {
                    throw new InvalidArgumentException("invalid restart policy: maximum retry count cannot be negative");
                }

                break;
            default:
                throw new InvalidArgumentException(
                    $"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }

        if (host.AutoRemove && policy.Name is not ("" or "no"))
        {
            throw new InvalidArgumentException("can't create 'AutoRemove' container with restart policy");
        }
    }

    private static void CheckSecurity(HostConfig host, ContainerDefaults defaults)
    {
        _ = SecurityOptions.Parse(host.SecurityOpt, defaults);
        _ = Bundles.CapabilityNames.Resolve(host);
        if (host.OomScoreAdj is < -1000 or > 1000)
        {
            throw new InvalidArgumentException($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        }
    }

    private static void CheckUnsupported(HostConfig host)
    {
        var refused = host switch
        {
            { Cgroup.Length: > 0 } => $"HostConfig.Cgroup {host.Cgroup}",
            { CpuCount: not 0 } => "HostConfig.CpuCount (Windows only)",
            { CpuPercent: not 0 } => "HostConfig.CpuPercent (Windows only)",
            { IOMaximumIOps: not 0 } => "HostConfig.IOMaximumIOps (Windows only)",
            { IOMaximumBandwidth: not 0 } => "HostConfig.IOMaximumBandwidth (Windows only)",
            _ => null,
        };
        if (refused is not null)
        {
            throw new UnsupportedException($"{refused} is not supported");
        }

        if (host.Isolation is not ("" or "default"))
        {
            throw new InvalidArgumentException($"invalid isolation: \"{host.Isolation}\" - linux only supports 'default'");
        }
    }

    private static void CheckSysctls(HostConfig host)
    {
        foreach (var name in (host.Sysctls ?? []).Keys)
        {
            if (name.StartsWith("net.", StringComparison.Ordinal) && host.NetworkMode == "host")
            {
                throw new InvalidArgumentException($"sysctl '{name}' is not allowed in host network namespace");
            }

            var namespaced = name.StartsWith("net.", StringComparison.Ordinal)
                || name.StartsWith("fs.mqueue.", StringComparison.Ordinal)
                || name is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax"
                    or "kernel.shmmni" or "kernel.shm_rmid_forced" or "kernel.domainname";
            if (!namespaced)
            {
                throw new InvalidArgumentException($"sysctl '{name}' is not whitelisted: it has no namespace of the container's own");
            }

            if (!name.StartsWith("net.", StringComparison.Ordinal) && name != "kernel.domainname" && host.IpcMode == "host")
            {
                throw new InvalidArgumentException($"sysctl '{name}' is not allowed in host ipc namespace");
            }
        }
    }
}
