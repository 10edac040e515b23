using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>The options of run and create as the Engine API's HostConfig.</summary>
internal static class HostSettings
{
    public static JsonBody Build(Invocation call, PortOptions ports, VolumeOptions volumes)
    {
        CheckNames(call);
        var host = new JsonBody();
        host.SetIfGiven("Binds", volumes.Binds);
        host.SetIfGiven("Mounts", call.List("mount").Select(MountOption.Read).Concat(ApiSocket.Mount(call) is { } socket ? [socket] : []).ToList());
        host.SetIfGiven("Tmpfs", Tmpfs(call.List("tmpfs")));
        host.SetIfGiven("ContainerIDFile", call.Text("cidfile"));
        host["NetworkMode"] = NetworkOptions.Mode(call);
        host.SetIfGiven("PortBindings", ports.Bindings);
        host.SetIfGiven("PublishAllPorts", call.Flag("publish-all"));
        host["RestartPolicy"] = Restart(call);
        host.SetIfGiven("AutoRemove", call.Flag("rm"));
        host["LogConfig"] = new JsonBody { ["Type"] = call.Text("log-driver"), ["Config"] = KeyValues.ToObject(call.List("log-opt")) };
        foreach (var (option, member) in new[]
        {
            ("cap-add", "CapAdd"), ("cap-drop", "CapDrop"), ("dns", "Dns"), ("dns-option", "DnsOptions"), ("dns-search", "DnsSearch"), ("add-host", "ExtraHosts"),
            ("group-add", "GroupAdd"), ("link", "Links"), ("volumes-from", "VolumesFrom"), ("device-cgroup-rule", "DeviceCgroupRules"),
        })
        {
            host.SetIfGiven(member, call.List(option).ToList());
        }

        foreach (var (option, member) in new[]
        {
            ("cgroup-parent", "CgroupParent"), ("cgroupns", "CgroupnsMode"), ("ipc", "IpcMode"), ("pid", "PidMode"), ("uts", "UTSMode"), ("userns", "UsernsMode"),
            ("runtime", "Runtime"), ("isolation", "Isolation"), ("volume-driver", "VolumeDriver"),
        })
        {
            host.SetIfGiven(member, call.Text(option));
        }

        foreach (var (option, member) in new[]
        {
            ("privileged", "Privileged"), ("read-only", "ReadonlyRootfs"), ("oom-kill-disable", "OomKillDisable"),
        })
        {
            host.SetIfGiven(member, call.Flag(option));
        }

        Modes(call);
        if (call.Has("init")) host["Init"] = call.Flag("init");
        Resources(call, host);
        if (call.List("sysctl").FirstOrDefault(s => !IsNamespacedSysctl(s)) is { } sysctl) throw new CommandLineException($"invalid argument {OptionValues.Quote(sysctl)} for \"--sysctl\" flag: sysctl '{sysctl}' is not allowed", 125);
        host.SetIfGiven("Sysctls", KeyValues.ToObject(call.List("sysctl")));
        if (call.List("storage-opt").Any(s => !s.Contains('=', StringComparison.Ordinal))) throw new CommandLineException("invalid storage option", 125);
        host.SetIfGiven("StorageOpt", KeyValues.ToObject(call.List("storage-opt")));
        host.SetIfGiven("Annotations", KeyValues.ToObject(call.List("annotation")));
        Security(call.List("security-opt"), host);
        var size = Terminal.Size;
        host["ConsoleSize"] = new[] { size.Rows, size.Columns };
        return host;
    }

    // Those the kernel keeps for each namespace; the others would change the host.
    private static bool IsNamespacedSysctl(string text)
    {
        var name = text.Split('=', 2)[0];
        return text.Contains('=', StringComparison.Ordinal) && (name is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax" or "kernel.shmmni" or "kernel.shm_rmid_forced"
            || name.StartsWith("net.", StringComparison.Ordinal) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal));
    }

    private static void Modes(Invocation call)
    {
        static bool OfContainer(string mode) => mode.StartsWith("container:", StringComparison.Ordinal) && mode.Length > "container:".Length;
        if (call.Text("pid") is var pid and not ("" or "host") && !OfContainer(pid)) throw new CommandLineException("--pid: invalid PID mode", 125);
        if (call.Text("uts") is not ("" or "host")) throw new CommandLineException("--uts: invalid UTS mode", 125);
        if (call.Text("userns") is not ("" or "host")) throw new CommandLineException("--userns: invalid USER mode", 125);
        if (call.Text("cgroupns") is not ("" or "host" or "private")) throw new CommandLineException("--cgroupns: invalid CGROUP mode", 125);
    }

    private static void CheckNames(Invocation call)
    {
        foreach (var entry in call.List("add-host"))
        {
            var at = entry.AsSpan().IndexOfAny(':', '=');
            if (at <= 0) throw new CommandLineException($"invalid argument {OptionValues.Quote(entry)} for \"--add-host\" flag: bad format for add-host: {OptionValues.Quote(entry)}", 125);
            var address = entry[(at + 1)..].Trim('[', ']');
            if (address != "host-gateway" && !System.Net.IPAddress.TryParse(address, out _)) throw new CommandLineException($"invalid argument {OptionValues.Quote(entry)} for \"--add-host\" flag: invalid IP address in add-host: {OptionValues.Quote(address)}", 125);
        }

        foreach (var link in call.List("link"))
        {
            if (link.Length == 0 || link.Count(c => c == ':') > 1) throw new CommandLineException($"invalid argument {OptionValues.Quote(link)} for \"--link\" flag: bad format for links: {link}", 125);
        }

        if (call.Text("mac-address") is { Length: > 0 } mac && !System.Net.NetworkInformation.PhysicalAddress.TryParse(mac.Replace(':', '-'), out _)) throw new CommandLineException($"{mac} is not a valid mac address", 125);
        foreach (var server in call.List("dns"))
        {
            if (!System.Net.IPAddress.TryParse(server, out _)) throw new CommandLineException($"invalid argument {OptionValues.Quote(server)} for \"--dns\" flag: IP address is not correctly formatted: {server}", 125);
        }
    }

    private static void Resources(Invocation call, JsonBody host)
    {
        Limits.AddTo(host, call);
        host.SetIfGiven("OomScoreAdj", call.Number("oom-score-adj"));
        Limits.AddSize(host, call, "shm-size", "ShmSize");
        if (call.Has("memory-swappiness"))
        {
            var swappiness = call.Number("memory-swappiness");
            if (swappiness is < -1 or > 100) throw new CommandLineException($"invalid value: {swappiness}. Valid memory swappiness range is 0-100", 125);
            host["MemorySwappiness"] = swappiness;
        }

        host.SetIfGiven("Ulimits", call.List("ulimit").Select(Ulimit).ToList());
        host.SetIfGiven("Devices", call.List("device").Where(d => !IsCdi(d)).Select(Device).ToList());
        var requests = call.List("device").Where(IsCdi).ToList();
        var wanted = new List<JsonBody>();
        if (requests.Count > 0) wanted.Add(new JsonBody { ["Driver"] = "cdi", ["DeviceIDs"] = requests });
        if (call.Has("gpus")) wanted.Add(Gpus(call.Text("gpus")));
        host.SetIfGiven("DeviceRequests", wanted);
        foreach (var (option, member) in new[] { ("device-read-bps", "BlkioDeviceReadBps"), ("device-write-bps", "BlkioDeviceWriteBps"), ("device-read-iops", "BlkioDeviceReadIOps"), ("device-write-iops", "BlkioDeviceWriteIOps") })
        {
            host.SetIfGiven(member, call.List(option).Select(t => Throttle(t, "Rate")).ToList());
        }

        host.SetIfGiven("BlkioWeightDevice", call.List("blkio-weight-device").Select(t => Throttle(t, "Weight")).ToList());
    }

    // name=soft[:hard]
    public static JsonBody Ulimit(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--ulimit\" flag: invalid ulimit argument: {text}", 125);
        var limits = text[(equals + 1)..].Split(':');
        if (!long.TryParse(limits[0], out var soft)) throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--ulimit\" flag: strconv.ParseInt: parsing {OptionValues.Quote(limits[0])}: invalid syntax", 125);
        var hard = soft;
        if (limits.Length > 1 && !long.TryParse(limits[1], out hard)) throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--ulimit\" flag: strconv.ParseInt: parsing {OptionValues.Quote(limits[1])}: invalid syntax", 125);
        if (hard >= 0 && soft > hard) throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--ulimit\" flag: ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}", 125);
        return new JsonBody { ["Name"] = text[..equals], ["Soft"] = soft, ["Hard"] = hard };
    }

    private static bool IsCdi(string device) => !device.StartsWith('/') && device.Contains('=', StringComparison.Ordinal);

    // /dev/on/host[:/dev/in/container][:rwm]
    private static JsonBody Device(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 3) throw new CommandLineException($"bad format for path: {text}", 125);
        var (path, permissions) = (parts[0], "rwm");
        if (parts.Length == 3) (path, permissions) = (parts[1], parts[2]);
        else if (parts.Length == 2 && parts[1].Length > 0 && parts[1].All(c => c is 'r' or 'w' or 'm')) permissions = parts[1];
        else if (parts.Length == 2) path = parts[1];
        return new JsonBody { ["PathOnHost"] = parts[0], ["PathInContainer"] = path.Length > 0 ? path : parts[0], ["CgroupPermissions"] = permissions };
    }

    private static JsonBody Gpus(string text)
    {
        var request = new JsonBody { ["Driver"] = "", ["Capabilities"] = new[] { new[] { "gpu" } } };
        foreach (var field in Csv.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            switch (equals < 0 ? "count" : field[..equals], field[(equals + 1)..])
            {
                case ("count", "all"): request["Count"] = -1; break;
                case ("count", var n) when long.TryParse(n, out var count): request["Count"] = count; break;
                case ("device", var ids): request["DeviceIDs"] = ids.Split(','); break;
                case ("driver", var name): request["Driver"] = name; break;
                case ("capabilities", var names): request["Capabilities"] = new[] { (string[])["gpu", .. names.Split(',')] }; break;
                case ("count", var n): throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--gpus\" flag: invalid count ({n}): value must be either \"all\" or an integer: invalid syntax", 125);
                default: throw new CommandLineException($"invalid argument {OptionValues.Quote(text)} for \"--gpus\" flag: unexpected key in '{field}'", 125);
            }
        }

        return request;
    }

    private static JsonBody Throttle(string text, string member)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !text.StartsWith("/dev/", StringComparison.Ordinal)) throw new CommandLineException($"bad format: {text}", 125);
        if (!OptionValues.TrySize(text[(colon + 1)..], out var value)) throw new CommandLineException($"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb", 125);
        return new JsonBody { ["Path"] = text[..colon], [member] = value };
    }

    private static JsonBody Tmpfs(IReadOnlyList<string> given)
    {
        var tmpfs = new JsonBody();
        foreach (var text in given)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            tmpfs[colon < 0 ? text : text[..colon]] = colon < 0 ? "" : text[(colon + 1)..];
        }

        return tmpfs;
    }

    private static JsonBody Restart(Invocation call)
    {
        var policy = RestartOption.Read(call.Text("restart"), 125);
        if (call.Flag("rm") && call.Text("restart") is not ("no" or "")) throw new CommandLineException("conflicting options: cannot specify both --restart and --rm", 125);
        return policy;
    }

    private static void Security(IReadOnlyList<string> given, JsonBody host)
    {
        var options = new List<string>();
        foreach (var text in given)
        {
            if (text == "systempaths=unconfined")
            {
                host["MaskedPaths"] = Array.Empty<string>();
                host["ReadonlyPaths"] = Array.Empty<string>();
                continue;
            }

            var at = text.IndexOfAny(['=', ':']);
            if (at < 0 && text != "no-new-privileges") throw new CommandLineException($"Invalid --security-opt: {OptionValues.Quote(text)}", 125);
            options.Add(at > 0 && text[..at] == "seccomp" && text[(at + 1)..] is not ("unconfined" or "builtin") ? $"seccomp={Profile(text[(at + 1)..])}" : text);
        }

        host.SetIfGiven("SecurityOpt", options);
    }

    private static string Profile(string path)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(path));
            var compact = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new System.Text.Json.Utf8JsonWriter(compact)) document.RootElement.WriteTo(writer);
            return System.Text.Encoding.UTF8.GetString(compact.WrittenSpan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandLineException($"opening seccomp profile ({path}) failed: open {path}: no such file or directory", 125);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new CommandLineException($"compacting json for seccomp profile ({path}) failed: {e.Message}", 125);
        }
    }
}
