using Gantry.Runtime.Containers;
using System.Text.Json;
using Gantry.Engine;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Engine.Validation;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class BundleTests : IDisposable
{
    private static readonly string Id = new('a', 64);
    private readonly string root = Directory.CreateTempSubdirectory("gantry-bundle-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_plain_container_gets_dockers_confinement()
    {
        var config = Write(new() { NetworkMode = "none" });
        var process = config.GetProperty("process");
        Assert.Equal(["sh", "-c", "x"], Strings(process.GetProperty("args")));
        Assert.Equal("/", process.GetProperty("cwd").GetString());
        Assert.Contains("HOME=/root", Strings(process.GetProperty("env")));
        Assert.Equal(14, process.GetProperty("capabilities").GetProperty("bounding").GetArrayLength());
        Assert.False(process.GetProperty("noNewPrivileges").GetBoolean());
        var linux = config.GetProperty("linux");
        Assert.Equal($"/gantry/{Id}", linux.GetProperty("cgroupsPath").GetString());
        Assert.Contains("/proc/kcore", Strings(linux.GetProperty("maskedPaths")));
        Assert.Contains("/proc/sys", Strings(linux.GetProperty("readonlyPaths")));
        Assert.Equal("SCMP_ACT_ERRNO", linux.GetProperty("seccomp").GetProperty("defaultAction").GetString());
        Assert.Equal(["mount", "network", "uts", "pid", "ipc"], linux.GetProperty("namespaces").EnumerateArray().Select(n => n.GetProperty("type").GetString()!));
        Assert.False(linux.GetProperty("resources").GetProperty("devices")[0].GetProperty("allow").GetBoolean());
    }

    [Fact]
    public void Options_reach_their_members()
    {
        var config = Write(new()
        {
            NetworkMode = "host",
            Memory = 64 << 20,
            NanoCpus = 1_500_000_000,
            PidsLimit = 7,
            ReadonlyRootfs = true,
            CapDrop = ["ALL"],
            CapAdd = ["net_raw"],
            Ulimits = [new() { Name = "nofile", Soft = 10, Hard = -1 }],
            Tmpfs = new() { ["/run"] = "exec,size=1m" },
            OomScoreAdj = 5,
            SecurityOpt = ["no-new-privileges", "seccomp=unconfined"],
        });
        Assert.True(config.GetProperty("root").GetProperty("readonly").GetBoolean());
        var process = config.GetProperty("process");
        Assert.Equal(["CAP_NET_RAW"], Strings(process.GetProperty("capabilities").GetProperty("bounding")));
        Assert.True(process.GetProperty("noNewPrivileges").GetBoolean());
        Assert.Equal(ulong.MaxValue, process.GetProperty("rlimits")[0].GetProperty("hard").GetUInt64());
        Assert.Equal(5, process.GetProperty("oomScoreAdj").GetInt32());
        var linux = config.GetProperty("linux");
        Assert.False(linux.TryGetProperty("seccomp", out _));
        Assert.DoesNotContain("network", linux.GetProperty("namespaces").EnumerateArray().Select(n => n.GetProperty("type").GetString()));
        var resources = linux.GetProperty("resources");
        Assert.Equal((64L << 20, 128L << 20), (resources.GetProperty("memory").GetProperty("limit").GetInt64(), resources.GetProperty("memory").GetProperty("swap").GetInt64()));
        Assert.Equal(150_000, resources.GetProperty("cpu").GetProperty("quota").GetInt64());
        Assert.Equal(7, resources.GetProperty("pids").GetProperty("limit").GetInt64());
        var tmpfs = config.GetProperty("mounts").EnumerateArray().Single(mount => mount.GetProperty("destination").GetString() == "/run");
        Assert.Equal(["nosuid", "nodev", "exec", "size=1m"], Strings(tmpfs.GetProperty("options")));
    }

    [Fact]
    public void The_environment_is_dockers()
    {
        var record = Record(new() { NetworkMode = "none" }) with { Config = new() { Env = ["PATH=/mine", "A=1", "HOSTNAME"], Hostname = "h" } };
        Assert.Equal(["PATH=/mine", "TERM=xterm", "A=1", "HOME=/root"], ConfigWriter.Environment(record, new(0, 0, [0], "/root"), terminal: true, links: []));
    }

    [Fact]
    public void Users_are_looked_up_beneath_the_root()
    {
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\napp:x:100:101::/home/app:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\napp:x:101:\nextra:x:5:root,app\nvideo:x:44:\n");
        using var directory = RootedDirectory.Open(root);
        AssertUser(100, 101, [101, 5], "/home/app", UserLookup.Resolve(directory, "app", null));
        AssertUser(100, 44, [44], "/home/app", UserLookup.Resolve(directory, "app:video", null));
        AssertUser(7, 0, [0, 44], "/", UserLookup.Resolve(directory, "7", ["video"]));
        AssertUser(0, 0, [0, 5], "/root", UserLookup.Resolve(directory, "", null));
        Assert.Equal("unable to find user ghost: no matching entries in passwd file", Assert.Throws<NotFoundException>(() => UserLookup.Resolve(directory, "ghost", null)).Message);
        Assert.Equal("unable to find group ghost: no matching entries in group file", Assert.Throws<NotFoundException>(() => UserLookup.Resolve(directory, "app:ghost", null)).Message);
    }

    [Fact]
    public void A_link_to_the_hosts_passwd_file_is_not_followed_out()
    {
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.CreateSymbolicLink(Path.Combine(root, "etc/passwd"), "/../../../../../../etc/passwd");
        using var directory = RootedDirectory.Open(root);
        Assert.ThrowsAny<Exception>(() => UserLookup.Resolve(directory, "daemon", null));
    }

    private static void AssertUser(uint uid, uint gid, uint[] groups, string home, UserIdentity user)
    {
        Assert.Equal((uid, gid, home), (user.UserId, user.GroupId, user.Home));
        Assert.Equal(groups, user.Groups);
    }

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    private static ContainerRecord Record(HostConfig host) => new()
    {
        Id = Id,
        Name = "c",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = "sha256:1",
        Path = "sh",
        Args = ["-c", "x"],
        Config = new() { Hostname = "h" },
        HostConfig = HostDefaults.Apply(host, new CgroupLayout(IsUnified: false), new ContainerDefaults(), RuntimeOptions.StockName),
    };

    private static JsonElement Write(HostConfig host)
    {
        var request = new BundleRequest
        {
            Container = Record(host),
            User = new(0, 0, [0], "/root"),
            Network = new() { IsHost = host.NetworkMode == "host" },
            Paths = new EnginePaths(new() { RuntimePath = "/r", Version = "0" }),
            Security = SecurityOptions.Parse(host.SecurityOpt, new ContainerDefaults()),
            Cgroups = new CgroupLayout(IsUnified: false),
        };
        using var document = JsonDocument.Parse(ConfigWriter.Write(request));
        return document.RootElement.Clone();
    }
}
