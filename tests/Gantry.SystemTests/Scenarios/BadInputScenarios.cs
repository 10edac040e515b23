using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What is wrong gets one clear sentence and Docker's exit code, and leaves nothing behind.</summary>
public sealed class BadInputScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task An_unknown_image(string way) => Play(way, async stage =>
    {
        (await stage.Run($"run --name {stage.Name()} --network none {Registry.Address}/nothing:here true")).Exits(125).SaysLike("manifest unknown|not found|does not exist");
        (await stage.Run($"pull {Registry.Address}/nothing")).Exits(1).SaysLike("manifest unknown|not found|does not exist");
        (await stage.Run($"create --pull never --name {stage.Name()} {Registry.Address}/nothing")).Exits(1).SaysLike("no such image");
        (await stage.Run($"inspect {stage.Name()}")).Exits(1);
        (await stage.Run("rmi nothing-of-this-name")).Exits(1).SaysLike("no such image: nothing-of-this-name");
        (await stage.Run("history nothing-of-this-name")).Exits(1).SaysLike("no such image");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_working_directory_that_is_a_file(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run --name {stage.Name("w")} --network none -w /bin/sh busybox pwd")).Exits(125).SaysLike("cannot mkdir: /bin/sh is not a directory");
        (await stage.Run($"run -d --name {name} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec -w /bin/sh {name} pwd")).Exits(126);
        (await stage.Run($"exec -w /nowhere {name} pwd")).Exits(126);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_size_where_the_file_system_has_no_quotas(string way) => Play(way, async stage =>
    {
        (await stage.Run($"create --name {stage.Name()} --storage-opt size=10G busybox")).Exits(1).Says("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        (await stage.Run($"create --name {stage.Name()} --storage-opt colour=red busybox")).Exits(1).Says("Unknown option colour");
        (await stage.Run($"volume create --opt size=10G {stage.Volume()}")).Exits(1).Says("quota size requested but no quota support");
        (await stage.Run($"volume create --opt size=much {stage.Volume()}")).Exits(1).Says("invalid size: 'much'");
    });

    [Fact]
    public async Task An_address_where_no_daemon_is()
    {
        foreach (var (address, words) in ((string, string)[])
        [
            ("unix:///nowhere/engine.sock", "Cannot connect to the Docker daemon at unix:///nowhere/engine.sock. Is the docker daemon running?"),
            ("tcp://127.0.0.1:1", "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"),
            ("tcp://nowhere.invalid:2375", "error during connect: "),
            ("nothing://there", "invalid bind address format: nothing://there"),
        ])
        {
            foreach (var program in (string[])[Programs.Gantry, "docker"]) (await Command.RunAsync(program, ["-H", address, "ps"])).Exits(1).Says(words);
        }
    }

    [Theory]
    [InlineData("4", "network", "in")]
    [InlineData("4", "ps", "-")]
    [InlineData("4", "network", "create", "-d")]
    [InlineData("0", "nothing-of-this-name", "")]
    public async Task Words_that_complete_end_as_cobras_do(string directive, params string[] words)
    {
        var docker = (await Command.RunAsync("docker", ["__complete", .. words])).Succeeds();
        var gantry = (await Command.RunAsync(Programs.Gantry, ["__complete", .. words])).Succeeds();
        Assert.Equal($":{directive}", docker.Lines[^1]);
        Assert.Equal($":{directive}", gantry.Lines[^1]);
        Assert.Empty(docker.Lines.Select(Word).Except(gantry.Lines.Select(Word)));
        gantry.Says("Completion ended with directive: ");

        static string Word(string line) => line.Split('\t')[0];
    }

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_bad_reference(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --rm --network none UPPER/Case true")).Exits(125).SaysLike("repository name.*must be lowercase");
        (await stage.Run("pull 'two words'")).Exits(1).SaysLike("invalid reference format");
        (await stage.Run("pull busybox@sha256:abc")).Exits(1).SaysLike("invalid (reference format|checksum digest)");
        (await stage.Run("tag busybox :")).Exits(1).SaysLike("invalid reference format|is not a valid repository/tag");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_name_in_use_or_not_allowed(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"create --name {name} --network none busybox true")).Succeeds();
        (await stage.Run($"run --name {name} --network none busybox true")).Exits(125)
            .SaysLike($"conflict.*the container name \"/{name}\" is already in use by container \"?[0-9a-f]{{64}}");
        (await stage.Run("run --name bad/name --network none busybox true")).Exits(125).SaysLike("invalid container name");
        (await stage.Run($"rename {name} ''")).Exits(1);
        (await stage.Run($"rename {name} {name}")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_wrong_flag_or_command(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --no-such-flag busybox")).Exits(125).SaysLike("unknown flag: --no-such-flag");
        (await stage.Run("ps --no-such-flag")).Exits(125).SaysLike("unknown flag: --no-such-flag");
        (await stage.Run("run")).Exits(1).SaysLike("requires at least 1 argument");
        (await stage.Run("rename one")).Exits(1).SaysLike("requires 2 arguments");
        (await stage.Run("no-such-command")).Exits(1).SaysLike("no-such-command");
        (await stage.Run("no-such-command --help")).Succeeds().Contains("A self-sufficient runtime for containers");
        (await stage.Run("create -v :/volume busybox")).Exits(125).SaysLike("invalid spec: :/volume: empty section between colons");
        (await stage.Run("create -v /a:/b: busybox")).Exits(125).SaysLike("invalid spec: /a:/b:: empty section between colons");
        (await stage.Run("create -v /a:/b:ro:z busybox")).Exits(125).SaysLike("invalid spec: /a:/b:ro:z: too many colons");
        (await stage.Run("create -v '' busybox")).Exits(125).SaysLike("invalid empty volume spec");
        (await stage.Run("run -m lots --network none busybox true")).Exits(125).SaysLike("invalid argument \"lots\" for \"-m, --memory\"");
        (await stage.Run("run -m 1k --network none busybox true")).Exits(125).SaysLike("minimum memory limit");
        (await stage.Run("run --restart sometimes --network none busybox true")).Exits(125).SaysLike("invalid restart policy");
        (await stage.Run("run --rm --restart always --network none busybox true")).Exits(125).SaysLike("conflicting options: (cannot specify both )?--restart and --rm");
        (await stage.Run("ps --filter nonsense=1")).Exits(1).SaysLike("invalid filter");
        (await stage.Run($"create --name {stage.Name()} --network none busybox true")).Succeeds();
        (await stage.Run("ps -a --format '{{.Nonsense}}'")).Exits(1).SaysLike("nonsense");
        (await stage.Run("ps --format '{{.Names'")).Exits(1).SaysLike("template parsing error|unclosed action");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_command_that_cannot_run(string way) => Play(way, async stage =>
    {
        (await stage.Run($"run --name {stage.Name("a")} --network none busybox no-such-command")).Exits(127).SaysLike("\"no-such-command\": executable file not found in \\$PATH");
        (await stage.Run("inspect -f '{{.State.ExitCode}} {{.State.Status}}' " + stage.Name("a"))).Prints("127 created");
        (await stage.Run($"run --rm --network none busybox /no/such/file")).Exits(127).SaysLike("/no/such/file.*no such file or directory");
        (await stage.Run($"run --rm --network none busybox ''")).Exits(127).SaysLike("\"\": executable file not found in \\$PATH");
        (await stage.Run($"run --rm --network none busybox ..")).Exits(127).SaysLike("\"..\": executable file not found in \\$PATH");
        (await stage.Run($"run --rm --network none busybox /etc/passwd")).Exits(126).SaysLike("/etc/passwd.*permission denied");
        (await stage.Run($"run --rm --network none busybox /etc")).Exits(126).SaysLike("permission denied|is a directory");
        (await stage.Run($"run --rm --network none -u nobody-here busybox true")).Exits(125).SaysLike("unable to find user nobody-here");
        (await stage.Run($"run --rm --network none -w relative busybox true")).Exits(125).SaysLike("working directory 'relative' is invalid|invalid");
        (await stage.Run($"run -d --name {stage.Name("b")} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {stage.Name("b")} no-such-command")).ExitsWithOneOf(126, 127).SaysSomewhere("executable file not found in $PATH");
        (await stage.Run($"exec {stage.Name("b")} /etc/passwd")).Exits(126).SaysSomewhere("permission denied");
        (await stage.Run($"exec -w relative {stage.Name("b")} true")).ExitsWithOneOf(126, 128).SaysSomewhere("absolute path");
        (await stage.Run($"exec -u nobody-here {stage.Name("b")} true")).SaysSomewhere("unable to find user nobody-here");
        (await stage.Run($"exec {stage.Name("a")} true")).Exits(1).SaysLike("is not running");
        (await stage.Run("exec nothing-of-this-name true")).Exits(1).SaysLike("no such container: nothing-of-this-name");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_daemon_that_is_not_there(string way) => Play(way, async stage =>
    {
        var nowhere = $"unix://{stage.Directory}/nowhere.sock";
        (await stage.Run($"-H {nowhere} ps")).Exits(1).SaysLike("cannot connect to the .* daemon at .*nowhere.sock|failed to connect");
        (await stage.Run($"-H {nowhere} run busybox true")).Exits(125).SaysLike("cannot connect to the .* daemon at .*nowhere.sock|failed to connect");
        (await stage.Run("-H nonsense://here ps")).Exits(1).SaysLike("nonsense|invalid");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Unknown_containers(string way) => Play(way, async stage =>
    {
        foreach (var command in (string[])["start", "stop", "restart", "kill", "pause", "unpause", "wait", "rm", "logs", "top", "attach"])
        {
            (await stage.Run($"{command} nothing-of-this-name")).Exits(1).SaysLike("no such container: nothing-of-this-name");
        }

        (await stage.Run("rm -f nothing-of-this-name")).SaysLike("no such container: nothing-of-this-name");
        var name = stage.Name();
        (await stage.Run($"create --name {name} --network none busybox true")).Succeeds();
        (await stage.Run($"rm {name} nothing-of-this-name")).Exits(1).Prints(name).SaysLike("no such container: nothing-of-this-name");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Mounts_that_cannot_be(string way) => Play(way, async stage =>
    {
        (await stage.Run($"run --rm --network none --mount type=bind,source={stage.Directory}/missing,target=/x busybox true"))
            .Exits(125).SaysLike("bind source path does not exist");
        (await stage.Run("run --rm --network none -v relative/path:/x busybox true")).Exits(125).SaysLike("invalid characters for a local volume name");
        (await stage.Run("run --rm --network none -v /tmp:relative busybox true")).Exits(125).SaysLike("mount path must be absolute|invalid mount path");
        (await stage.Run("run --rm --network none -v /tmp:/ busybox true")).Exits(125).SaysLike("destination can't be '/'");
        (await stage.Run($"run --rm --network none -v {stage.Directory}:/x:nonsense busybox true")).Exits(125).SaysLike("invalid mode|unknown option");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task An_image_for_another_architecture(string way) => Play(way, async stage =>
    {
        (await stage.Run($"pull --platform linux/s390x {Registry.Address}/busybox")).SaysSomewhere("linux/s390x");
        (await stage.Run($"run --rm --network none --platform linux/s390x --pull never {Registry.Address}/busybox true")).Exits(125);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_file_that_is_no_image(string way) => Play(way, async stage =>
    {
        var file = Path.Combine(stage.Directory, "bad.tar");
        await File.WriteAllTextAsync(file, "this is no archive");
        var load = await stage.Run($"load -i {file}");
        load.Exits(1);
        Assert.NotEqual("", load.Error.Trim());
        (await stage.Run($"load -i {file}.missing")).Exits(1).SaysLike("no such file or directory");
        (await stage.Run("save nothing-of-this-name -o " + file)).Exits(1).SaysLike("no such image|reference does not exist");
    });
}
