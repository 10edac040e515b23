using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What is told about containers, for people and for programs.</summary>
public sealed class ListingScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Containers_are_found_by_filter(string way) => Play(way, async stage =>
    {
        var (up, done, made) = (stage.Name("up"), stage.Name("done"), stage.Name("made"));
        var label = "suite=" + up;
        (await stage.Run($"run -d --name {up} --label {label} --label role=first --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"run --name {done} --label {label} --network none busybox sh -c 'exit 3'")).Exits(3);
        (await stage.Run($"create --name {made} --label {label} --network none busybox true")).Succeeds();
        async Task Names(string filter, params string[] wanted)
        {
            var result = await stage.Run($"ps -a --format '{{{{.Names}}}}' --filter label={label} {filter}");
            Assert.Equal(wanted, result.Succeeds().Lines);
        }

        await Names("", made, done, up);
        await Names("--filter status=running", up);
        await Names("--filter status=exited", done);
        await Names("--filter status=created", made);
        await Names("--filter exited=3", done);
        await Names("--filter label=role", up);
        await Names("--filter label=role=second");
        await Names($"--filter name=^/{done}$", done);
        await Names($"--filter since={up}", made, done);
        await Names($"--filter before={made}", done, up);
        await Names("--filter ancestor=busybox", made, done, up);
        await Names("--filter network=none", made, done, up);
        await Names("--last 1 --filter status=running", up);
        (await stage.Run($"ps -a --filter label={label} --format 'table {{{{.Names}}}}\t{{{{.Status}}}}'")).Succeeds()
            .Matches($"^NAMES +STATUS\n{made} +Created\n{done} +Exited \\(3\\) .* ago\n{up} +Up .*$");
        (await stage.Run($"ps -a --filter name={done} --format '{{{{json .}}}}'")).Succeeds().Contains($"\"Names\":\"{done}\"").Contains("\"State\":\"exited\"");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Inspect_has_everything_programs_read(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        Directory.CreateDirectory(Path.Combine(stage.Directory, "m"));
        (await stage.Run($"run -d --name {name} --hostname h --domainname d -e K=V -v {stage.Directory}/m:/m:ro --label a=b -w /tmp -u nobody --restart on-failure:3 --memory 64m --cpus 0.5 --cap-add NET_ADMIN --network none --entrypoint /bin/sleep busybox 1000")).Succeeds();
        var inspect = (await stage.Run($"inspect {name}")).Succeeds();
        using var document = JsonDocument.Parse(inspect.Out);
        var container = Assert.Single(document.RootElement.EnumerateArray());
        string[] keys = ["AppArmorProfile", "Args", "Config", "Created", "Driver", "ExecIDs", "GraphDriver", "HostConfig", "HostnamePath",
            "HostsPath", "Id", "Image", "LogPath", "MountLabel", "Mounts", "Name", "NetworkSettings", "Path", "Platform", "ProcessLabel",
            "ResolvConfPath", "RestartCount", "State"];
        Assert.Empty(keys.Except(container.EnumerateObject().Select(p => p.Name)));
        Assert.Equal("/bin/sleep", container.GetProperty("Path").GetString());
        Assert.Equal("1000", container.GetProperty("Args")[0].GetString());
        var config = container.GetProperty("Config");
        Assert.Equal("h", config.GetProperty("Hostname").GetString());
        Assert.Equal("nobody", config.GetProperty("User").GetString());
        Assert.Equal("/tmp", config.GetProperty("WorkingDir").GetString());
        Assert.Contains(config.GetProperty("Env").EnumerateArray(), e => e.GetString() == "K=V");
        var host = container.GetProperty("HostConfig");
        Assert.Equal(64 << 20, host.GetProperty("Memory").GetInt64());
        Assert.Equal(500_000_000, host.GetProperty("NanoCpus").GetInt64());
        Assert.Equal("on-failure", host.GetProperty("RestartPolicy").GetProperty("Name").GetString());
        Assert.Equal("none", host.GetProperty("NetworkMode").GetString());
        Assert.Contains(host.GetProperty("CapAdd").EnumerateArray(), c => c.GetString() is "NET_ADMIN" or "CAP_NET_ADMIN");
        var mount = Assert.Single(container.GetProperty("Mounts").EnumerateArray());
        Assert.Equal("bind", mount.GetProperty("Type").GetString());
        Assert.Equal("/m", mount.GetProperty("Destination").GetString());
        Assert.False(mount.GetProperty("RW").GetBoolean());
        Assert.True(container.GetProperty("State").GetProperty("Running").GetBoolean());
        Assert.True(container.GetProperty("State").GetProperty("Pid").GetInt32() > 0);
        (await stage.Run($"inspect -s -f '{{{{.SizeRw}}}}' {name}")).Matches("^[0-9]+$");
        (await stage.Run($"inspect --type image {name}")).Exits(1).SaysLike("no such image");
        (await stage.Run($"inspect -f '{{{{range .Mounts}}}}{{{{.Source}}}}{{{{end}}}}' {name}")).Prints($"{stage.Directory}/m");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Version_and_info(string way) => Play(way, async stage =>
    {
        (await stage.Run("version --format '{{.Client.Version}} {{.Server.Version}}'")).Succeeds().Matches("^[0-9.]+\\S* [0-9.]+\\S*$");
        (await stage.Run("version")).Succeeds().Contains("Client").Contains("Server").Contains("API version:").Contains("linux/");
        (await stage.Run("info --format '{{.Driver}} {{.OSType}} {{.NCPU}}'")).Succeeds().Matches("^overlay2? linux [0-9]+$");
        (await stage.Run("info")).Succeeds().Contains("Server Version:").Contains("Kernel Version:").Contains("Storage Driver: overlay");
        (await stage.Run("--version")).Succeeds().Matches("version [0-9]+\\.[0-9]+");
        (await stage.Run("run --help")).Succeeds().Contains("--name").Contains("--detach").Contains("--env");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Help_and_groups_of_commands(string way) => Play(way, async stage =>
    {
        (await stage.Run("--help")).Succeeds().Contains("run").Contains("exec").Contains("Commands");
        (await stage.Run("container --help")).Succeeds().Contains("prune").Contains("rename");
        (await stage.Run("image ls -q")).Succeeds();
        (await stage.Run("image inspect busybox -f '{{.Os}}'")).Succeeds().Prints("linux");
        (await stage.Run("container ls -q")).Succeeds();
        (await stage.Run("run --help")).Succeeds().Contains("Create and run a new container from an image");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Stats_show_what_a_container_uses(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none -m 64m busybox sh -c 'while :; do :; done'")).Succeeds();
        (await stage.Run($"stats --no-stream {name}")).Succeeds().Contains("CPU %").Contains("MEM USAGE / LIMIT").Contains("/ 64MiB");
        (await stage.Run($"stats --no-stream --format '{{{{.Name}}}} {{{{.PIDs}}}} {{{{.NetIO}}}} {{{{.CPUPerc}}}}' {name}")).Matches($"^{name} [1-9][0-9]* 0B / 0B [1-9][0-9]*\\.[0-9]{{2}}%$");
        (await stage.Run($"stop -t 0 {name}")).Succeeds();
        (await stage.Run($"stats --no-stream --format '{{{{.PIDs}}}} {{{{.MemUsage}}}}' {name}")).Prints("0 0B / 0B");
        (await stage.Run("stats --no-stream nothing-of-this-name")).Exits(1).SaysLike("no such container: nothing-of-this-name");
    });
}
