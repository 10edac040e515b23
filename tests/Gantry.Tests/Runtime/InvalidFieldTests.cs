using System.Text;
using System.Text.Json.Nodes;
using Gantry.Linux.Seccomp;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Seccomp;
using Gantry.Spec;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Tests.Runtime;

/// <summary>A value of config.json that nothing can be made of is refused in one sentence: the field, the value, what is allowed.</summary>
public sealed class InvalidFieldTests
{
    private const string Mount = """{ "destination": "/m", "type": "tmpfs", "source": "t" }""";

    /// <summary>Where, what is put there as JSON, and the sentence.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "ociVersion", "null", "config.json: ociVersion is missing" },
        { "ociVersion", "\"2.0.0\"", "ociVersion: 2.0.0 is not supported: only 1.x is" },
        { "process", "null", "process is missing: there is nothing to run" },
        { "process.args", "[]", "process.args is empty: there is nothing to run" },
        { "process.args", "[\"a\", \"b\\u0000\"]", "process.args[1]: b\\0 contains a NUL character" },
        { "process.env", "[\"A=\\u0000\"]", "process.env[0]: A=\\0 contains a NUL character" },
        { "process.cwd", "\"here\"", "process.cwd: here is not an absolute path" },
        { "process.consoleSize", "{ \"height\": 70000, \"width\": 1 }", "process.consoleSize.height: 70000 is not from 0 to 65535" },
        { "process.user.uid", "4294967295", "process.user.uid: 4294967295 is no id: the highest is 4294967294" },
        { "process.user.gid", "4294967295", "process.user.gid: 4294967295 is no id: the highest is 4294967294" },
        { "process.user.additionalGids", "[1, 4294967295]", "process.user.additionalGids[1]: 4294967295 is no id: the highest is 4294967294" },
        { "process.user.umask", "512", "process.user.umask: 512 is not from 0 to 511 (0777)" },
        { "process.rlimits", """[{ "type": "RLIMIT_CPU", "soft": 2, "hard": 1 }]""", "process.rlimits: RLIMIT_CPU: the soft limit 2 is above the hard limit 1" },
        { "process.rlimits", """[{ "type": "RLIMIT_CPU", "soft": 1, "hard": 1 }, { "type": "RLIMIT_CPU", "soft": 1, "hard": 1 }]""", "process.rlimits: RLIMIT_CPU is there twice" },
        { "process.oomScoreAdj", "1001", "process.oomScoreAdj: 1001 is not from -1000 to 1000" },
        { "process.scheduler", """{ "policy": "SCHED_NONE" }""", "process.scheduler.policy: SCHED_NONE is none of SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE, SCHED_DEADLINE" },
        { "process.scheduler", """{ "policy": "SCHED_OTHER", "nice": 20 }""", "process.scheduler.nice: 20 is not from -20 to 19" },
        { "process.scheduler", """{ "policy": "SCHED_FIFO", "priority": 100 }""", "process.scheduler.priority: 100 is not from 0 to 99" },
        { "process.ioPriority", """{ "class": "IOPRIO_CLASS_NONE", "priority": 1 }""", "process.ioPriority.class: IOPRIO_CLASS_NONE is none of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE" },
        { "process.ioPriority", """{ "class": "IOPRIO_CLASS_BE", "priority": 8 }""", "process.ioPriority.priority: 8 is not from 0 to 7, the first the most urgent" },
        { "process.selinuxLabel", "\"a:b:c:d\"", "process.selinuxLabel: a:b:c:d: SELinux labels are not supported" },
        { "process.execCPUAffinity", """{ "initial": "3-1" }""", "process.execCPUAffinity.initial: 3-1 is not a list of processors such as 0-3,7" },
        { "root", "{}", "config.json: root.path is missing" },
        { "root.path", "\"\"", "root.path is empty: a path is needed, absolute or from the bundle on" },
        { "root.path", "\"a\\u0000\"", "root.path: a\\0 contains a NUL character" },
        { "hostname", "\"0123456789012345678901234567890123456789012345678901234567890123x\"", "hostname: 0123456789012345678901234567890123456789012345678901234567890123x is longer than 64 bytes" },
        { "domainname", "\"a\\u0000\"", "domainname: a\\0 contains a NUL character" },
        { "mounts", $"[{Mount}, {{}}]", "config.json: mounts[1].destination is missing" },
        { "mounts", $"[{Mount}, {{ \"destination\": \"here\" }}]", "mounts[1].destination: here is not an absolute path" },
        { "mounts", """[{ "destination": "/m", "type": "tmpfs", "options": ["size=\u0000"] }]""", "mounts[0].options[0]: size=\\0 contains a NUL character" },
        { "mounts", """[{ "destination": "/m", "source": "/x", "options": ["bind"], "uidMappings": [{ "containerID": 0, "hostID": 1, "size": 0 }] }]""", "mounts[0].uidMappings[0]: size 0 from 0 and 1 on is not a range of ids: 1 to 4294967295 of them" },
        { "hooks", """{ "poststop": [{ "path": "/a" }, {}] }""", "config.json: hooks.poststop[1].path is missing" },
        { "hooks", """{ "prestart": [{ "path": "a" }] }""", "hooks.prestart[0].path: a is not an absolute path" },
        { "hooks", """{ "createRuntime": [{ "path": "/a", "timeout": 0 }] }""", "hooks.createRuntime[0].timeout: 0 is not above 0" },
        { "hooks", """{ "startContainer": [{ "path": "/a", "args": ["\u0000"] }] }""", "hooks.startContainer[0].args[0]: \\0 contains a NUL character" },
        { "linux.namespaces", """[{ "type": "disk" }]""", "linux.namespaces: type disk is none of cgroup, ipc, mount, network, pid, time, user, uts" },
        { "linux.namespaces", """[{ "type": "mount" }, { "type": "mount" }]""", "linux.namespaces: mount is there twice" },
        { "linux.namespaces", """[{ "type": "mount" }, { "type": "pid", "path": "here" }]""", "linux.namespaces[1].path: here is not an absolute path" },
        { "linux.timeOffsets", """{ "boottime": { "secs": 1 } }""", "linux.timeOffsets.boottime: 1 would change the host: the container has no time namespace of its own" },
        { "linux.devices", """[{ "path": "x", "type": "c", "major": 1, "minor": 1 }]""", "linux.devices[0].path: x is not an absolute path" },
        { "linux.devices", """[{ "path": "/x", "type": "z", "major": 1, "minor": 1 }]""", "linux.devices: /x: type z is none of b, c, u, p" },
        { "linux.devices", """[{ "path": "/x", "type": "c", "major": 1 }]""", "linux.devices: /x: major and minor number are needed" },
        { "linux.devices", """[{ "path": "/x", "type": "c", "major": 4097, "minor": 3 }]""", "linux.devices[0].major: 4097 is not from 0 to 4095" },
        { "linux.devices", """[{ "path": "/x", "type": "c", "major": 1, "minor": -1 }]""", "linux.devices[0].minor: -1 is not from 0 to 1048575" },
        { "linux.rootfsPropagation", "\"never\"", "linux.rootfsPropagation: never is none of shared, slave, private, unbindable, with or without r before it" },
        { "linux.maskedPaths", "[\"/a\", \"b\"]", "linux.maskedPaths[1]: b is not an absolute path" },
        { "linux.readonlyPaths", "[\"b\"]", "linux.readonlyPaths[0]: b is not an absolute path" },
        { "linux.mountLabel", "\"a:b:c:d\"", "linux.mountLabel: a:b:c:d: SELinux labels are not supported" },
        { "linux.personality", """{ "domain": "BSD" }""", "linux.personality.domain: BSD is neither LINUX nor LINUX32" },
        { "linux.personality", """{ "domain": "LINUX", "flags": ["X"] }""", "linux.personality.flags: X is not known: the specification has none yet" },
        { "linux.sysctl", """{ "kernel.panic": "1" }""", "linux.sysctl: kernel.panic=1 is not a parameter that a namespace has of its own" },
        { "linux.sysctl", """{ "kernel.msgmax": "1" }""", "linux.sysctl: kernel.msgmax=1 would change the host: the container has no ipc namespace of its own" },
        { "linux.cgroupsPath", "\"/a\\u0000\"", "linux.cgroupsPath: /a\\0 contains a NUL character" },
        { "linux.resources.devices", """[{ "allow": false, "type": "p" }]""", "linux.resources.devices[0].type: p is none of a, b, c" },
        { "linux.resources.devices", """[{ "allow": false }, { "allow": true, "major": 5000 }]""", "linux.resources.devices[1].major: 5000 is not from -1 to 4095, with -1 for all" },
        { "linux.resources.devices", """[{ "allow": true, "access": "rwx" }]""", "linux.resources.devices[0].access: rwx is not made of r, w and m" },
        { "linux.resources.memory", """{ "limit": -2 }""", "linux.resources.memory.limit: -2 is neither a number of bytes nor -1 for no limit" },
        { "linux.resources.memory", """{ "limit": 20, "swap": 10 }""", "linux.resources.memory.swap: 10 is below the memory limit 20: it counts memory and swap together" },
        { "linux.resources.cpu", """{ "quota": 5 }""", "linux.resources.cpu.quota: 5 is not 1000 microseconds or more, nor 0 or below for no limit" },
        { "linux.resources.cpu", """{ "period": 5 }""", "linux.resources.cpu.period: 5 is not from 1000 to 1000000 microseconds, nor 0 for the kernel's own" },
        { "linux.resources.cpu", """{ "idle": 2 }""", "linux.resources.cpu.idle: 2 is not from 0 to 1" },
        { "linux.resources.cpu", """{ "cpus": "0-" }""", "linux.resources.cpu.cpus: 0- is not a list of processors such as 0-3,7" },
        { "linux.resources.cpu", """{ "mems": "a" }""", "linux.resources.cpu.mems: a is not a list of memory nodes such as 0-3,7" },
        { "linux.resources.blockIO", """{ "weight": 5 }""", "linux.resources.blockIO.weight: 5 is not from 10 to 1000" },
        { "linux.resources.blockIO", """{ "leafWeight": 50 }""", "linux.resources.blockIO.leafWeight: 50: kernels have had no weight of leaves since 5.0" },
        { "linux.resources.blockIO", """{ "weightDevice": [{ "major": 8, "minor": 0, "weight": 2000 }] }""", "linux.resources.blockIO.weightDevice[0].weight: 2000 is not from 10 to 1000" },
        { "linux.resources.blockIO", """{ "throttleReadIOPSDevice": [{ "major": -8, "minor": 0, "rate": 1 }] }""", "linux.resources.blockIO.throttleReadIOPSDevice[0].major: -8 is not from 0 to 4095" },
        { "linux.resources.hugepageLimits", """[{ "pageSize": "2mb", "limit": 1 }]""", "linux.resources.hugepageLimits[0].pageSize: 2mb is not a size such as 64KB, 2MB, 1GB" },
        { "linux.resources.network", """{ "priorities": [{ "name": "", "priority": 1 }] }""", "linux.resources.network.priorities[0].name: \"\" is not the name of an interface" },
        { "linux.resources.rdma", """{ "a b": {} }""", "linux.resources.rdma: \"a b\" is not the name of a device" },
        { "linux.resources.unified", """{ "a/b": "1" }""", "linux.resources.unified: a/b is not the name of a file of a controller" },
        { "linux.seccomp", """{ "defaultAction": "SCMP_ACT_NONE" }""", "linux.seccomp.defaultAction: SCMP_ACT_NONE is none of SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_LOG, SCMP_ACT_NOTIFY, SCMP_ACT_TRACE, SCMP_ACT_TRAP" },
        { "linux.seccomp", """{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 5000 }""", "linux.seccomp.defaultErrnoRet: 5000 is not from 0 to 4095" },
        { "linux.seccomp", """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 6, "value": 1, "op": "SCMP_CMP_EQ" }] }] }""", "linux.seccomp.syscalls[0].args[0].index: 6 is not from 0 to 5" },
        { "linux.seccomp", """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 1, "value": 1, "op": "EQ" }] }] }""", "linux.seccomp.syscalls[0].args[0].op: EQ is none of SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ" },
        { "linux.seccomp", """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": "kill", "action": "SCMP_ACT_ERRNO" }] }""", "linux.seccomp is not a valid profile: syscalls[0].names" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Is_named_with_its_value(string field, string value, string sentence)
    {
        var config = Sample();
        Put(config, field, JsonNode.Parse(value));
        if (field == "linux.seccomp" && !SeccompCompiler.IsAvailable) Assert.Skip("libseccomp is not installed");
        var error = Assert.ThrowsAny<GantryException>(() => Check(config));
        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void The_sample_itself_is_valid() => Check(Sample());

    [Fact]
    public void Every_field_of_another_kind_is_named()
    {
        foreach (var place in ConfigFields.All)
        {
            // No field is both text and list: one of these is wrong for each.
            var (value, said) = place.IsObjectOrList ? ("\"x\"", "x") : ("[]", "an array");
            var config = Sample();
            Put(config, place.Path, JsonNode.Parse(value));
            var error = Assert.ThrowsAny<GantryException>(() => ContainerSpecReader.Read(Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json"));
            Assert.StartsWith($"config.json: {place.Path}: {said} is not ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        Assert.True(ConfigFields.All.Count > 120, $"only {ConfigFields.All.Count} fields");
    }

    private static void Check(JsonObject config)
    {
        var spec = ContainerSpecReader.Read(Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json");
        SpecValidation.Check(spec);
        _ = SeccompFilters.Get(spec.Linux, cache: null);
    }

    private static JsonObject Sample() => JsonNode.Parse($$"""
        {
          "ociVersion": "1.2.0",
          "process": { "args": ["true"], "cwd": "/", "user": { "uid": 0, "gid": 0 } },
          "root": { "path": "rootfs" },
          "mounts": [{{Mount}}],
          "linux": { "namespaces": [{ "type": "mount" }, { "type": "uts" }], "resources": {} }
        }
        """)!.AsObject();

    /// <param name="path">As messages have it: <c>linux.devices[0].path</c>. What is missing above it is made.</param>
    private static void Put(JsonObject config, string path, JsonNode? value)
    {
        JsonNode at = config;
        var parts = path.Replace("[0]", ".0", StringComparison.Ordinal).Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            var child = last ? value : parts[i + 1] == "0" ? new JsonArray() : new JsonObject();
            if (at is JsonArray list)
            {
                if (last || list.Count == 0 || list[0] is not JsonObject)
                {
                    list.Clear();
                    list.Add(child);
                }

                at = list[0]!;
            }
            else
            {
                var map = at.AsObject();
                if (last || map[parts[i]] is null) map[parts[i]] = child;
                at = map[parts[i]]!;
            }
        }
    }
}
