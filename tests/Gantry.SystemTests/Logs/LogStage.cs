using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Logs;

/// <summary>A gantryd in a sandbox of its own, with an image.</summary>
internal sealed class LogStage : IAsyncDisposable
{
    private LogStage(Sandbox sandbox, Engine engine) => (Sandbox, Engine) = (sandbox, engine);

    public Sandbox Sandbox { get; }

    public Engine Engine { get; }

    public static async Task<LogStage> CreateAsync(params string[] options)
    {
        Root.Require("unshare", "nsenter", "tini", "docker");
        var sandbox = await Sandbox.CreateAsync();
        var engine = Engine.Gantryd(sandbox, options);
        await engine.StartAsync();
        var stage = new LogStage(sandbox, engine);
        (await stage.DockerAsync("load", "-q", "-i", Path.Combine(Programs.Cache, "busybox.tar"))).Succeeds();
        return stage;
    }

    public Task<CommandResult> DockerAsync(params string[] words) => Command.RunAsync(
        "docker", words, new Dictionary<string, string?> { ["DOCKER_HOST"] = Engine.Address, ["DOCKER_CONFIG"] = Engine.Home }, timeout: TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        var all = (await DockerAsync("ps", "-aq")).Lines;
        if (all.Length > 0) await DockerAsync(["rm", "-f", .. all]);
        await Engine.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
