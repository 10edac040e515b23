using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>A gantryd with a configuration file of the test's, and busybox.</summary>
internal sealed class DaemonStage : IAsyncDisposable
{
    private DaemonStage(Sandbox sandbox, string[] flags)
    {
        Sandbox = sandbox;
        File = Path.Combine(sandbox.Root, "daemon.json");
        Engine = Engine.Gantryd(sandbox, ["--config-file", File, .. flags]);
    }

    public Sandbox Sandbox { get; }

    public Engine Engine { get; }

    /// <summary>The configuration.</summary>
    public string File { get; }

    /// <param name="configuration">Makes the file's text of the sandbox's directory.</param>
    /// <param name="flags">More for gantryd.</param>
    public static async Task<DaemonStage> CreateAsync(Func<string, string> configuration, params string[] flags)
    {
        Root.Require("unshare", "nsenter", "docker", "tini");
        var stage = new DaemonStage(await Sandbox.CreateAsync(), flags);
        await System.IO.File.WriteAllTextAsync(stage.File, configuration(stage.Sandbox.Root));
        await stage.Engine.StartAsync();
        (await stage.Docker($"load -i {Path.Combine(Programs.Cache, "busybox.tar")}")).Succeeds();
        return stage;
    }

    public Task<CommandResult> Docker(string line) =>
        Command.RunAsync("docker", Command.Words(line), new Dictionary<string, string?> { ["DOCKER_HOST"] = Engine.Address, ["DOCKER_CONFIG"] = Engine.Home }, timeout: TimeSpan.FromMinutes(1));

    /// <summary>Another configuration, and the signal to read it.</summary>
    public async Task ReloadAsync(string configuration)
    {
        await System.IO.File.WriteAllTextAsync(File, configuration, TestContext.Current.CancellationToken);
        var lines = Engine.Log().Length;
        (await Command.RunAsync("kill", ["-HUP", $"{Engine.ProcessId}"])).Succeeds();
        for (var attempt = 0; attempt < 200 && !Engine.Log()[lines..].Contains("read again", StringComparison.Ordinal); attempt++) await Task.Delay(50);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
