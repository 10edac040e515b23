using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Docker's settings that have one answer here: the value that says so is taken, another is refused with the reason.</summary>
internal static class SettledSettings
{
    private static readonly string[] Yes = ["true", "1"];
    private static readonly string[] No = ["false", "0", ""];

    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        Setting("storage-driver", "driver", "overlay2", ["overlay2", "overlay"], "layers are overlays here"),
        Setting("exec-opt", "option", "native.cgroupdriver=cgroupfs", ["native.cgroupdriver=cgroupfs"], "cgroups are made without systemd", "exec-opts"),
        Setting("iptables", null, "true", Yes, "networks and published ports are rules of nftables in a table of their own"),
        Setting("ip6tables", null, "true", Yes, "networks and published ports are rules of nftables in a table of their own"),
        Setting("firewall-backend", "name", "nftables", ["nftables"], "iptables is not used"),
        Setting("ip-forward-no-drop", null, "true", Yes, "the policy of the host's own FORWARD chain is left alone"),
        Setting("userland-proxy", null, "true or false", [.. Yes, .. No], "ports are published by rules, and by sockets that hold them"),
        Setting("selinux-enabled", null, "false", No, "SELinux labels are not set"),
        Setting("userns-remap", "user", "nobody", [""], "containers have the users of the host"),
        Setting("rootless", null, "false", No, "gantryd runs as root"),
        Setting("raw-logs", null, "true or false", [.. Yes, .. No], "log lines are raw"),
        Setting("bridge", "name", "gantry0", ["gantry0"], "the default bridge is the daemon's own"),
        Setting("containerd", "address", "none", [""], "there is no containerd beneath"),
        Setting("swarm-default-advertise-addr", "address", "none", [""], "there is no swarm"),
        Setting("node-generic-resource", "list", "none", [], "there is no swarm", "node-generic-resources"),
        Setting("network-control-plane-mtu", "bytes", "1500", ["1500"], "there is no swarm"),
    ];

    private static DaemonSetting Setting(string flag, string? value, string answer, string[] taken, string reason, string? key = null) =>
        new(flag, key ?? flag, null, value, $"Only {answer}: {reason}", (options, text) => taken.Contains(text)
            ? options
            : throw new UnsupportedException($"{key ?? flag} \"{text}\" is not supported: {reason}; leave it out{(taken.Length > 0 && taken[0].Length > 0 ? $", or say {answer}" : "")}")) { IsSettled = true };
}
