using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Where commands find their daemon: contexts that both command lines share, ssh, and what config.json says besides.</summary>
public sealed class ContextScenarios(World world)
{
    /// <summary>The environment without what goes before a context.</summary>
    private const string Unsaid = "env -u DOCKER_HOST -u GANTRY_HOST";

    [Fact]
    public async Task Contexts_of_one_command_line_are_the_other_s()
    {
        await using var stage = await StageAsync();
        (await stage.Run($"context create ours --docker host={stage.Engine.Address} --description 'of <gantry>'")).Succeeds().Prints("ours");
        (await stage.RunProgram("docker", $"context create theirs --docker host={stage.Engine.Address}")).Succeeds();
        (await stage.Run("-c theirs version -f '{{.Server.Version}}'")).Succeeds();
        (await stage.RunProgram("docker", "-c ours version -f '{{.Server.Version}}'")).Succeeds();
        await Unsay(stage, "gantry", "context use theirs");
        (await Unsay(stage, "docker", "context show")).Prints("theirs");
        (await Unsay(stage, "gantry", "ps -q")).Succeeds();
        await Unsay(stage, "docker", "context use ours");
        (await Unsay(stage, "gantry", "info -f '{{.ClientInfo.Context}}'")).Prints("ours");
        foreach (var line in (string[])["context ls", "context ls -q", "context ls --format json", "context inspect ours", "context inspect ours nothing-here", "context inspect -f '{{.Endpoints.docker.Host}}' theirs", "context create ours", "context create a", "context rm ours", "context use nothing-here", "-c nothing-here ps", "context export theirs -"])
        {
            var (wanted, got) = (await Unsay(stage, "docker", line), await Unsay(stage, "gantry", line));
            // The place of our own daemon is the one difference.
            if (line.StartsWith("context ls", StringComparison.Ordinal) && !line.Contains("-q", StringComparison.Ordinal)) wanted = wanted with { Out = got.Out.Contains("/run/gantry/gantry.sock", StringComparison.Ordinal) && wanted.Lines.Length == got.Lines.Length ? got.Out : wanted.Out };
            if (line.Contains("export", StringComparison.Ordinal)) wanted = wanted with { Out = got.Out.StartsWith("meta.json", StringComparison.Ordinal) ? got.Out : wanted.Out };
            Assert.Equal((wanted.ExitCode, wanted.Out, wanted.Error), (got.ExitCode, got.Out, got.Error));
        }

        (await stage.Run($"context export ours {stage.Directory}/file")).Succeeds();
        (await stage.RunProgram("docker", $"context import again {stage.Directory}/file")).Succeeds();
        (await stage.Run("-c again ps -q")).Succeeds();
        (await Unsay(stage, "gantry", "context rm -f ours theirs again")).Succeeds();
        (await Unsay(stage, "docker", "context ls -q")).Prints("default");
    }

    [Fact]
    public async Task A_daemon_is_reached_by_ssh()
    {
        await using var stage = await StageAsync();
        var bin = Directory.CreateDirectory(Path.Combine(stage.Directory, "bin")).FullName;
        // In ssh's place: the words after the host are for a shell, as with ssh.
        Script(Path.Combine(bin, "ssh"), "while [ \"$1\" != -- ]; do shift; done; [ \"$2\" = there ] || { echo no such host >&2; exit 255; }; shift 2; exec sh -c \"$*\"");
        File.CreateSymbolicLink(Path.Combine(bin, "gantry"), Programs.Gantry);
        (await stage.RunProgram("env", $"PATH={bin}:/usr/local/bin:/usr/bin:/bin {Programs.Gantry} -H ssh://me@there:22 run --rm -i --network none busybox cat", input: "through ssh")).Prints("through ssh");
        (await stage.RunProgram("env", $"PATH={bin}:/usr/local/bin:/usr/bin:/bin {Programs.Gantry} -H ssh://elsewhere ps")).Exits(1).Says("cannot reach a daemon by ssh at ssh://elsewhere: no such host");
    }

    [Fact]
    public async Task Plug_ins_of_Docker_s_command_line_run()
    {
        await using var stage = await StageAsync();
        var plugins = Directory.CreateDirectory(Path.Combine(stage.Directory, "config", "cli-plugins")).FullName;
        const string metadata = "[ \"$1\" = docker-cli-plugin-metadata ] && echo '{\"SchemaVersion\":\"0.1.0\",\"Vendor\":\"V\",\"Version\":\"1\",\"ShortDescription\":\"Some more\"}' && exit;";
        Script(Path.Combine(plugins, "docker-more"), $"{metadata} echo \"$*\"; cat; exit 7");
        Script(Path.Combine(plugins, "docker-compose"), $"{metadata} echo not ours");
        (await stage.Run("-l error more a --b", input: "typed")).Exits(7).Prints("-l error more a --b\ntyped");
        (await stage.Run("compose version --short")).Succeeds().Lacks("not ours");
        (await stage.Run("--help")).Succeeds().Contains("  more*       Some more\n").Lacks("compose*");
        (await stage.Run("info")).Succeeds().Contains("  more: Some more (V)\n    Version:  1\n");
    }

    [Fact]
    public async Task What_config_json_says_is_done()
    {
        await using var stage = await StageAsync();
        var config = Directory.CreateDirectory(Path.Combine(stage.Directory, "config")).FullName;
        await File.WriteAllTextAsync(Path.Combine(config, "config.json"), """{"psFormat":"{{.Names}}!","proxies":{"default":{"httpProxy":"http://p:1"}}}""", TestContext.Current.CancellationToken);
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} -e http_proxy=own --network none busybox sleep 1000")).Succeeds();
        foreach (var program in (string[])[Programs.Gantry, "docker"])
        {
            (await stage.RunProgram(program, $"ps --filter name={name}")).Prints($"{name}!");
            (await stage.RunProgram(program, "run --rm -e http_proxy=own --network none busybox sh -c 'echo $HTTP_PROXY $http_proxy'")).Prints("http://p:1 own");
        }

        await using var project = new ComposeStage(stage, isDockerCompose: false);
        project.Write("compose.yaml", """{"services":{"a":{"image":"busybox","network_mode":"none","environment":{"http_proxy":"own"},"command":["sh","-c","echo $$HTTP_PROXY $$http_proxy"]}}}""");
        (await project.Compose("run --rm a")).Prints("http://p:1 own");
    }

    [Theory]
    [InlineData("swarm init")]
    [InlineData("node ls")]
    [InlineData("service create x")]
    [InlineData("stack deploy x")]
    [InlineData("config ls")]
    [InlineData("secret ls")]
    [InlineData("trust inspect x")]
    [InlineData("checkpoint ls x")]
    [InlineData("plugin install x")]
    [InlineData("start --checkpoint x y")]
    [InlineData("volume create --scope single")]
    public async Task What_there_will_not_be_is_refused_in_one_sentence(string line)
    {
        var result = await Command.RunAsync(Programs.Gantry, Command.Words(line));
        Assert.Equal("", result.Exits(1).Out);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    private async Task<Stage> StageAsync() => new(world, await world.EngineAsync("gantryd"), "gantry");

    private static Task<CommandResult> Unsay(Stage stage, string program, string line)
    {
        var words = Unsaid.Split(' ', 2);
        return stage.RunProgram(words[0], $"{words[1]} {(program == "gantry" ? Programs.Gantry : program)} {line}");
    }

    private static void Script(string path, string body)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
