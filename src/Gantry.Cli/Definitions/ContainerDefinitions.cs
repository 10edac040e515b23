using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the container commands, as Docker documents them.</summary>
internal static class ContainerDefinitions
{
    public static Command Run() => new("run", "run [OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image", 1, Command.Any, Commands.RunCommand.RunAsync)
    {
        Aliases = "container run, run",
        StopsAtFirstArgument = true,
        Options = static o =>
        {
            o.Add("add-host", null, "list", "Add a custom host-to-IP mapping (host:ip)");
            o.Add("annotation", null, "map", "Add an annotation to the container (passed through to the OCI runtime)", "map[]");
            o.Add("attach", 'a', "list", "Attach to STDIN, STDOUT or STDERR");
            o.Add("blkio-weight", null, "uint16", "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)", "0");
            o.Add("blkio-weight-device", null, "list", "Block IO weight (relative device weight)", "[]");
            o.Add("cap-add", null, "list", "Add Linux capabilities");
            o.Add("cap-drop", null, "list", "Drop Linux capabilities");
            o.Add("cgroup-parent", null, "string", "Optional parent cgroup for the container");
            o.Add("cgroupns", null, "string", "Cgroup namespace to use (host|private)\n'host':    Run the container in the Docker host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)");
            o.Add("cidfile", null, "string", "Write the container ID to the file");
            o.Add("cpu-count", null, "int64", "CPU count (Windows only)", "0");
            o.Add("cpu-percent", null, "int64", "CPU percent (Windows only)", "0");
            o.Add("cpu-period", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) period", "0");
            o.Add("cpu-quota", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) quota", "0");
            o.Add("cpu-rt-period", null, "int64", "Limit CPU real-time period in microseconds", "0");
            o.Add("cpu-rt-runtime", null, "int64", "Limit CPU real-time runtime in microseconds", "0");
            o.Add("cpu-shares", 'c', "int64", "CPU shares (relative weight)", "0");
            o.Add("cpus", null, "decimal", "Number of CPUs");
            o.Add("cpuset-cpus", null, "string", "CPUs in which to allow execution (0-3, 0,1)");
            o.Add("cpuset-mems", null, "string", "MEMs in which to allow execution (0-3, 0,1)");
            o.Add("detach", 'd', "bool", "Run container in background and print container ID");
            o.Add("detach-keys", null, "string", "Override the key sequence for detaching a container");
            o.Add("device", null, "list", "Add a host device to the container");
            o.Add("device-cgroup-rule", null, "list", "Add a rule to the cgroup allowed devices list");
            o.Add("device-read-bps", null, "list", "Limit read rate (bytes per second) from a device", "[]");
            o.Add("device-read-iops", null, "list", "Limit read rate (IO per second) from a device", "[]");
            o.Add("device-write-bps", null, "list", "Limit write rate (bytes per second) to a device", "[]");
            o.Add("device-write-iops", null, "list", "Limit write rate (IO per second) to a device", "[]");
            ContentTrust.Add(o);
            o.Add("dns", null, "list", "Set custom DNS servers");
            o.Add("dns-option", null, "list", "Set DNS options");
            o.Add("dns-search", null, "list", "Set custom DNS search domains");
            o.Add("domainname", null, "string", "Container NIS domain name");
            o.Add("entrypoint", null, "string", "Overwrite the default ENTRYPOINT of the image");
            o.Add("env", 'e', "list", "Set environment variables");
            o.Add("env-file", null, "list", "Read in a file of environment variables");
            o.Add("expose", null, "list", "Expose a port or a range of ports");
            o.Add("gpus", null, "gpu-request", "GPU devices to add to the container ('all' to pass all GPUs)");
            o.Add("group-add", null, "list", "Add additional groups to join");
            o.Add("health-cmd", null, "string", "Command to run to check health");
            o.Add("health-interval", null, "duration", "Time between running the check (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-retries", null, "int", "Consecutive failures needed to report unhealthy", "0");
            o.Add("health-start-interval", null, "duration", "Time between running the check during the start period (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-start-period", null, "duration", "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-timeout", null, "duration", "Maximum time to allow one check to run (ms|s|m|h) (default 0s)", "0s");
            o.Add("hostname", 'h', "string", "Container host name");
            o.Add("init", null, "bool", "Run an init inside the container that forwards signals and reaps processes");
            o.Add("interactive", 'i', "bool", "Keep STDIN open even if not attached");
            o.Add("io-maxbandwidth", null, "bytes", "Maximum IO bandwidth limit for the system drive (Windows only)", "0");
            o.Add("io-maxiops", null, "uint64", "Maximum IOps limit for the system drive (Windows only)", "0");
            o.Add("ip", null, "string", "IPv4 address (e.g., 172.30.100.104)");
            o.Add("ip6", null, "string", "IPv6 address (e.g., 2001:db8::33)");
            o.Add("ipc", null, "string", "IPC mode to use");
            o.Add("isolation", null, "string", "Container isolation technology");
            o.AddRefused("kernel-memory", "bytes", "no kernel that is supported limits its own memory: use --memory", 125);
            o.Add("label", 'l', "list", "Set meta data on a container");
            o.Add("label-file", null, "list", "Read in a line delimited file of labels");
            o.Add("link", null, "list", "Add link to another container");
            o.Add("link-local-ip", null, "list", "Container IPv4/IPv6 link-local addresses");
            o.Add("log-driver", null, "string", "Logging driver for the container");
            o.Add("log-opt", null, "list", "Log driver options");
            o.Add("mac-address", null, "string", "Container MAC address (e.g., 92:d0:c6:0a:29:33)");
            o.Add("memory", 'm', "bytes", "Memory limit", "0");
            o.Add("memory-reservation", null, "bytes", "Memory soft limit", "0");
            o.Add("memory-swap", null, "bytes", "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", "0");
            o.Add("memory-swappiness", null, "int64", "Tune container memory swappiness (0 to 100)", "-1");
            o.Add("mount", null, "mount", "Attach a filesystem mount to the container");
            o.Add("name", null, "string", "Assign a name to the container");
            o.Add("network", null, "network", "Connect a container to a network");
            o.Add("network-alias", null, "list", "Add network-scoped alias for the container");
            o.Add("no-healthcheck", null, "bool", "Disable any container-specified HEALTHCHECK");
            o.Add("oom-kill-disable", null, "bool", "Disable OOM Killer");
            o.Add("oom-score-adj", null, "int", "Tune host's OOM preferences (-1000 to 1000)", "0");
            o.Add("pid", null, "string", "PID namespace to use");
            o.Add("pids-limit", null, "int64", "Tune container pids limit (set -1 for unlimited)", "0");
            o.Add("platform", null, "string", "Set platform if server is multi-platform capable");
            o.Add("privileged", null, "bool", "Give extended privileges to this container");
            o.Add("publish", 'p', "list", "Publish a container's port(s) to the host");
            o.Add("publish-all", 'P', "bool", "Publish all exposed ports to random ports");
            o.Add("pull", null, "string", "Pull image before running (\"always\", \"missing\", \"never\")", "missing");
            o.Add("quiet", 'q', "bool", "Suppress the pull output");
            o.Add("read-only", null, "bool", "Mount the container's root filesystem as read only");
            o.Add("restart", null, "string", "Restart policy to apply when a container exits", "no");
            o.Add("rm", null, "bool", "Automatically remove the container and its associated anonymous volumes when it exits");
            o.Add("runtime", null, "string", "Runtime to use for this container");
            o.Add("security-opt", null, "list", "Security Options");
            o.Add("shm-size", null, "bytes", "Size of /dev/shm", "0");
            o.Add("sig-proxy", null, "bool", "Proxy received signals to the process", "true");
            o.Add("stop-signal", null, "string", "Signal to stop the container");
            o.Add("stop-timeout", null, "int", "Timeout (in seconds) to stop a container", "0");
            o.Add("storage-opt", null, "list", "Storage driver options for the container");
            o.Add("sysctl", null, "map", "Sysctl options", "map[]");
            o.Add("tmpfs", null, "list", "Mount a tmpfs directory");
            o.Add("tty", 't', "bool", "Allocate a pseudo-TTY");
            o.Add("ulimit", null, "ulimit", "Ulimit options", "[]");
            o.Add("use-api-socket", null, "bool", "Bind mount Docker API socket and required auth");
            o.Add("user", 'u', "string", "Username or UID (format: <name|uid>[:<group|gid>])");
            o.Add("userns", null, "string", "User namespace to use");
            o.Add("uts", null, "string", "UTS namespace to use");
            o.Add("volume", 'v', "list", "Bind mount a volume");
            o.Add("volume-driver", null, "string", "Optional volume driver for the container");
            o.Add("volumes-from", null, "list", "Mount volumes from the specified container(s)");
            o.Add("workdir", 'w', "string", "Working directory inside the container");
        },
    };

    public static Command Create() => new("create", "create [OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", 1, Command.Any, Commands.CreateCommand.RunAsync)
    {
        Aliases = "container create, create",
        StopsAtFirstArgument = true,
        Options = static o =>
        {
            o.Add("add-host", null, "list", "Add a custom host-to-IP mapping (host:ip)");
            o.Add("annotation", null, "map", "Add an annotation to the container (passed through to the OCI runtime)", "map[]");
            o.Add("attach", 'a', "list", "Attach to STDIN, STDOUT or STDERR");
            o.Add("blkio-weight", null, "uint16", "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)", "0");
            o.Add("blkio-weight-device", null, "list", "Block IO weight (relative device weight)", "[]");
            o.Add("cap-add", null, "list", "Add Linux capabilities");
            o.Add("cap-drop", null, "list", "Drop Linux capabilities");
            o.Add("cgroup-parent", null, "string", "Optional parent cgroup for the container");
            o.Add("cgroupns", null, "string", "Cgroup namespace to use (host|private)\n'host':    Run the container in the Docker host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)");
            o.Add("cidfile", null, "string", "Write the container ID to the file");
            o.Add("cpu-count", null, "int64", "CPU count (Windows only)", "0");
            o.Add("cpu-percent", null, "int64", "CPU percent (Windows only)", "0");
            o.Add("cpu-period", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) period", "0");
            o.Add("cpu-quota", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) quota", "0");
            o.Add("cpu-rt-period", null, "int64", "Limit CPU real-time period in microseconds", "0");
            o.Add("cpu-rt-runtime", null, "int64", "Limit CPU real-time runtime in microseconds", "0");
            o.Add("cpu-shares", 'c', "int64", "CPU shares (relative weight)", "0");
            o.Add("cpus", null, "decimal", "Number of CPUs");
            o.Add("cpuset-cpus", null, "string", "CPUs in which to allow execution (0-3, 0,1)");
            o.Add("cpuset-mems", null, "string", "MEMs in which to allow execution (0-3, 0,1)");
            o.Add("device", null, "list", "Add a host device to the container");
            o.Add("device-cgroup-rule", null, "list", "Add a rule to the cgroup allowed devices list");
            o.Add("device-read-bps", null, "list", "Limit read rate (bytes per second) from a device", "[]");
            o.Add("device-read-iops", null, "list", "Limit read rate (IO per second) from a device", "[]");
            o.Add("device-write-bps", null, "list", "Limit write rate (bytes per second) to a device", "[]");
            o.Add("device-write-iops", null, "list", "Limit write rate (IO per second) to a device", "[]");
            ContentTrust.Add(o);
            o.Add("dns", null, "list", "Set custom DNS servers");
            o.Add("dns-option", null, "list", "Set DNS options");
            o.Add("dns-search", null, "list", "Set custom DNS search domains");
            o.Add("domainname", null, "string", "Container NIS domain name");
            o.Add("entrypoint", null, "string", "Overwrite the default ENTRYPOINT of the image");
            o.Add("env", 'e', "list", "Set environment variables");
            o.Add("env-file", null, "list", "Read in a file of environment variables");
            o.Add("expose", null, "list", "Expose a port or a range of ports");
            o.Add("gpus", null, "gpu-request", "GPU devices to add to the container ('all' to pass all GPUs)");
            o.Add("group-add", null, "list", "Add additional groups to join");
            o.Add("health-cmd", null, "string", "Command to run to check health");
            o.Add("health-interval", null, "duration", "Time between running the check (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-retries", null, "int", "Consecutive failures needed to report unhealthy", "0");
            o.Add("health-start-interval", null, "duration", "Time between running the check during the start period (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-start-period", null, "duration", "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)", "0s");
            o.Add("health-timeout", null, "duration", "Maximum time to allow one check to run (ms|s|m|h) (default 0s)", "0s");
            o.Add("hostname", 'h', "string", "Container host name");
            o.Add("init", null, "bool", "Run an init inside the container that forwards signals and reaps processes");
            o.Add("interactive", 'i', "bool", "Keep STDIN open even if not attached");
            o.Add("io-maxbandwidth", null, "bytes", "Maximum IO bandwidth limit for the system drive (Windows only)", "0");
            o.Add("io-maxiops", null, "uint64", "Maximum IOps limit for the system drive (Windows only)", "0");
            o.Add("ip", null, "string", "IPv4 address (e.g., 172.30.100.104)");
            o.Add("ip6", null, "string", "IPv6 address (e.g., 2001:db8::33)");
            o.Add("ipc", null, "string", "IPC mode to use");
            o.Add("isolation", null, "string", "Container isolation technology");
            o.AddRefused("kernel-memory", "bytes", "no kernel that is supported limits its own memory: use --memory", 125);
            o.Add("label", 'l', "list", "Set meta data on a container");
            o.Add("label-file", null, "list", "Read in a line delimited file of labels");
            o.Add("link", null, "list", "Add link to another container");
            o.Add("link-local-ip", null, "list", "Container IPv4/IPv6 link-local addresses");
            o.Add("log-driver", null, "string", "Logging driver for the container");
            o.Add("log-opt", null, "list", "Log driver options");
            o.Add("mac-address", null, "string", "Container MAC address (e.g., 92:d0:c6:0a:29:33)");
            o.Add("memory", 'm', "bytes", "Memory limit", "0");
            o.Add("memory-reservation", null, "bytes", "Memory soft limit", "0");
            o.Add("memory-swap", null, "bytes", "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", "0");
            o.Add("memory-swappiness", null, "int64", "Tune container memory swappiness (0 to 100)", "-1");
            o.Add("mount", null, "mount", "Attach a filesystem mount to the container");
            o.Add("name", null, "string", "Assign a name to the container");
            o.Add("network", null, "network", "Connect a container to a network");
            o.Add("network-alias", null, "list", "Add network-scoped alias for the container");
            o.Add("no-healthcheck", null, "bool", "Disable any container-specified HEALTHCHECK");
            o.Add("oom-kill-disable", null, "bool", "Disable OOM Killer");
            o.Add("oom-score-adj", null, "int", "Tune host's OOM preferences (-1000 to 1000)", "0");
            o.Add("pid", null, "string", "PID namespace to use");
            o.Add("pids-limit", null, "int64", "Tune container pids limit (set -1 for unlimited)", "0");
            o.Add("platform", null, "string", "Set platform if server is multi-platform capable");
            o.Add("privileged", null, "bool", "Give extended privileges to this container");
            o.Add("publish", 'p', "list", "Publish a container's port(s) to the host");
            o.Add("publish-all", 'P', "bool", "Publish all exposed ports to random ports");
            o.Add("pull", null, "string", "Pull image before creating (\"always\", \"missing\", \"never\")", "missing");
            o.Add("quiet", 'q', "bool", "Suppress the pull output");
            o.Add("read-only", null, "bool", "Mount the container's root filesystem as read only");
            o.Add("restart", null, "string", "Restart policy to apply when a container exits", "no");
            o.Add("rm", null, "bool", "Automatically remove the container and its associated anonymous volumes when it exits");
            o.Add("runtime", null, "string", "Runtime to use for this container");
            o.Add("security-opt", null, "list", "Security Options");
            o.Add("shm-size", null, "bytes", "Size of /dev/shm", "0");
            o.Add("stop-signal", null, "string", "Signal to stop the container");
            o.Add("stop-timeout", null, "int", "Timeout (in seconds) to stop a container", "0");
            o.Add("storage-opt", null, "list", "Storage driver options for the container");
            o.Add("sysctl", null, "map", "Sysctl options", "map[]");
            o.Add("tmpfs", null, "list", "Mount a tmpfs directory");
            o.Add("tty", 't', "bool", "Allocate a pseudo-TTY");
            o.Add("ulimit", null, "ulimit", "Ulimit options", "[]");
            o.Add("use-api-socket", null, "bool", "Bind mount Docker API socket and required auth");
            o.Add("user", 'u', "string", "Username or UID (format: <name|uid>[:<group|gid>])");
            o.Add("userns", null, "string", "User namespace to use");
            o.Add("uts", null, "string", "UTS namespace to use");
            o.Add("volume", 'v', "list", "Bind mount a volume");
            o.Add("volume-driver", null, "string", "Optional volume driver for the container");
            o.Add("volumes-from", null, "list", "Mount volumes from the specified container(s)");
            o.Add("workdir", 'w', "string", "Working directory inside the container");
        },
    };

    public static Command Start() => new("start", "start [OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers", 1, Command.Any, Commands.StartCommand.RunAsync)
    {
        Aliases = "container start, start",
        Options = static o =>
        {
            o.Add("attach", 'a', "bool", "Attach STDOUT/STDERR and forward signals");
            o.AddRefused("checkpoint", "string", "checkpoints of processes are not supported");
            o.AddRefused("checkpoint-dir", "string", "checkpoints of processes are not supported");
            o.Add("detach-keys", null, "string", "Override the key sequence for detaching a container");
            o.Add("interactive", 'i', "bool", "Attach container's STDIN");
        },
    };

    public static Command Stop() => new("stop", "stop [OPTIONS] CONTAINER [CONTAINER...]", "Stop one or more running containers", 1, Command.Any, Commands.StopCommand.RunAsync)
    {
        Aliases = "container stop, stop",
        Options = static o =>
        {
            o.Add("signal", 's', "string", "Signal to send to the container");
            o.Add("timeout", 't', "int", "Seconds to wait before killing the container", "0");
        },
    };

    public static Command Restart() => new("restart", "restart [OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers", 1, Command.Any, Commands.RestartCommand.RunAsync)
    {
        Aliases = "container restart, restart",
        Options = static o =>
        {
            o.Add("signal", 's', "string", "Signal to send to the container");
            o.Add("timeout", 't', "int", "Seconds to wait before killing the container", "0");
        },
    };

    public static Command Kill() => new("kill", "kill [OPTIONS] CONTAINER [CONTAINER...]", "Kill one or more running containers", 1, Command.Any, Commands.KillCommand.RunAsync)
    {
        Aliases = "container kill, kill",
        Options = static o =>
        {
            o.Add("signal", 's', "string", "Signal to send to the container");
        },
    };

    public static Command Rm() => new("rm", "rm [OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers", 1, Command.Any, Commands.RmCommand.RunAsync)
    {
        Aliases = "container rm, container remove, rm",
        Options = static o =>
        {
            o.Add("force", 'f', "bool", "Force the removal of a running container (uses SIGKILL)");
            o.Add("link", 'l', "bool", "Remove the specified link");
            o.Add("volumes", 'v', "bool", "Remove anonymous volumes associated with the container");
        },
    };

    public static Command Pause() => new("pause", "pause CONTAINER [CONTAINER...]", "Pause all processes within one or more containers", 1, Command.Any, Commands.PauseCommand.RunAsync)
    {
        Aliases = "container pause, pause",
    };

    public static Command Unpause() => new("unpause", "unpause CONTAINER [CONTAINER...]", "Unpause all processes within one or more containers", 1, Command.Any, Commands.UnpauseCommand.RunAsync)
    {
        Aliases = "container unpause, unpause",
    };

    public static Command Update() => new("update", "update [OPTIONS] CONTAINER [CONTAINER...]", "Update configuration of one or more containers", 1, Command.Any, Commands.UpdateCommand.RunAsync)
    {
        Aliases = "container update, update",
        Options = static o =>
        {
            o.Add("blkio-weight", null, "uint16", "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)", "0");
            o.Add("cpu-period", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) period", "0");
            o.Add("cpu-quota", null, "int64", "Limit CPU CFS (Completely Fair Scheduler) quota", "0");
            o.Add("cpu-rt-period", null, "int64", "Limit the CPU real-time period in microseconds", "0");
            o.Add("cpu-rt-runtime", null, "int64", "Limit the CPU real-time runtime in microseconds", "0");
            o.Add("cpu-shares", 'c', "int64", "CPU shares (relative weight)", "0");
            o.Add("cpus", null, "decimal", "Number of CPUs");
            o.Add("cpuset-cpus", null, "string", "CPUs in which to allow execution (0-3, 0,1)");
            o.Add("cpuset-mems", null, "string", "MEMs in which to allow execution (0-3, 0,1)");
            o.AddRefused("kernel-memory", "bytes", "no kernel that is supported limits its own memory: use --memory");
            o.Add("memory", 'm', "bytes", "Memory limit", "0");
            o.Add("memory-reservation", null, "bytes", "Memory soft limit", "0");
            o.Add("memory-swap", null, "bytes", "Swap limit equal to memory plus swap: -1 to enable unlimited swap", "0");
            o.Add("pids-limit", null, "int64", "Tune container pids limit (set -1 for unlimited)", "0");
            o.Add("restart", null, "string", "Restart policy to apply when a container exits");
        },
    };

    public static Command Wait() => new("wait", "wait CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes", 1, Command.Any, Commands.WaitCommand.RunAsync)
    {
        Aliases = "container wait, wait",
    };

    public static Command Attach() => new("attach", "attach [OPTIONS] CONTAINER", "Attach local standard input, output, and error streams to a running container", 1, 1, Commands.AttachCommand.RunAsync)
    {
        Aliases = "container attach, attach",
        Options = static o =>
        {
            o.Add("detach-keys", null, "string", "Override the key sequence for detaching a container");
            o.Add("no-stdin", null, "bool", "Do not attach STDIN");
            o.Add("sig-proxy", null, "bool", "Proxy all received signals to the process", "true");
        },
    };

    public static Command Exec() => new("exec", "exec [OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", 2, Command.Any, Commands.ExecCommand.RunAsync)
    {
        Aliases = "container exec, exec",
        StopsAtFirstArgument = true,
        Options = static o =>
        {
            o.Add("detach", 'd', "bool", "Detached mode: run command in the background");
            o.Add("detach-keys", null, "string", "Override the key sequence for detaching a container");
            o.Add("env", 'e', "list", "Set environment variables");
            o.Add("env-file", null, "list", "Read in a file of environment variables");
            o.Add("interactive", 'i', "bool", "Keep STDIN open even if not attached");
            o.Add("privileged", null, "bool", "Give extended privileges to the command");
            o.Add("tty", 't', "bool", "Allocate a pseudo-TTY");
            o.Add("user", 'u', "string", "Username or UID (format: \"<name|uid>[:<group|gid>]\")");
            o.Add("workdir", 'w', "string", "Working directory inside the container");
        },
    };

    public static Command Logs() => new("logs", "logs [OPTIONS] CONTAINER", "Fetch the logs of a container", 1, 1, Commands.LogsCommand.RunAsync)
    {
        Aliases = "container logs, logs",
        Options = static o =>
        {
            o.Add("details", null, "bool", "Show extra details provided to logs");
            o.Add("follow", 'f', "bool", "Follow log output");
            o.Add("since", null, "string", "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
            o.Add("tail", 'n', "string", "Number of lines to show from the end of the logs", "all");
            o.Add("timestamps", 't', "bool", "Show timestamps");
            o.Add("until", null, "string", "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        },
    };

    public static Command Ps() => new("ps", "ps [OPTIONS]", "List containers", 0, 0, Commands.PsCommand.RunAsync)
    {
        Aliases = "container ls, container list, container ps, ps",
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Show all containers (default shows just running)");
            o.Add("filter", 'f', "filter", "Filter output based on conditions provided");
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("last", 'n', "int", "Show n last created containers (includes all states)", "-1");
            o.Add("latest", 'l', "bool", "Show the latest created container (includes all states)");
            o.Add("no-trunc", null, "bool", "Don't truncate output");
            o.Add("quiet", 'q', "bool", "Only display container IDs");
            o.Add("size", 's', "bool", "Display total file sizes");
        },
    };

    public static Command Top() => new("top", "top CONTAINER [ps OPTIONS]", "Display the running processes of a container", 1, Command.Any, Commands.TopCommand.RunAsync)
    {
        Aliases = "container top, top",
        StopsAtFirstArgument = true,
    };

    public static Command Stats() => new("stats", "stats [OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics", 0, Command.Any, Commands.StatsCommand.RunAsync)
    {
        Aliases = "container stats, stats",
        Options = static o =>
        {
            o.Add("all", 'a', "bool", "Show all containers (default shows just running)");
            o.Add("format", null, "string", "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates");
            o.Add("no-stream", null, "bool", "Disable streaming stats and only pull the first result");
            o.Add("no-trunc", null, "bool", "Do not truncate output");
        },
    };

    public static Command Rename() => new("rename", "rename CONTAINER NEW_NAME", "Rename a container", 2, 2, Commands.RenameCommand.RunAsync)
    {
        Aliases = "container rename, rename",
    };

    public static Command Port() => new("port", "port CONTAINER [PRIVATE_PORT[/PROTO]]", "List port mappings or a specific mapping for the container", 1, 2, Commands.PortCommand.RunAsync)
    {
        Aliases = "container port, port",
    };

    public static Command Diff() => new("diff", "diff CONTAINER", "Inspect changes to files or directories on a container's filesystem", 1, 1, Commands.DiffCommand.RunAsync)
    {
        Aliases = "container diff, diff",
    };
}
