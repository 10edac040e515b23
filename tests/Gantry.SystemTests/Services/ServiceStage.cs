using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Services;

/// <summary>An engine on a machine of its own, with the images of the services, and a command line to it.</summary>
internal sealed class ServiceStage : IAsyncDisposable
{
    private readonly string _program;
    private readonly Dictionary<string, string?> _environment;

    private ServiceStage(Engine engine, string program)
    {
        (Engine, _program) = (engine, program == "gantry" ? Programs.Gantry : program);
        _environment = new() { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home, ["HOME"] = engine.Home };
    }

    public Engine Engine { get; }

    public static async Task<ServiceStage> CreateAsync(string program, string engine)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "dockerd", "ip", "busybox");
        var sandbox = await Sandbox.CreateAsync();
        await NetworkWorld.AddUplinkAsync(sandbox);
        var stage = new ServiceStage(engine == "gantryd" ? Engine.Gantryd(sandbox) : Engine.NetworkedDockerd(sandbox), program);
        await stage.Engine.StartAsync();
        foreach (var image in (string[])["busybox", "services"])
        {
            await stage.Run("load", "-i", Path.Combine(Programs.Cache, image + ".tar"));
        }

        return stage;
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<CommandResult> Run(params string[] words) =>
        (await Command.RunAsync(_program, words, _environment, timeout: TimeSpan.FromMinutes(3))).Succeeds();

    /// <summary>Runs a command until it succeeds and prints what is wanted.</summary>
    public Task<CommandResult> Until(string wanted, params string[] words) =>
        UntilAsync(() => Command.RunAsync(_program, words, _environment), wanted);

    /// <summary>Asks a server from the host until it answers with what is wanted.</summary>
    public Task<CommandResult> Fetch(string wanted, string address) =>
        UntilAsync(() => Engine.Sandbox.RunAsync("timeout", "5", "busybox", "wget", "-qO-", address), wanted);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Engine.Sandbox.DisposeAsync();
    }

    private static async Task<CommandResult> UntilAsync(Func<Task<CommandResult>> ask, string wanted)
    {
        const int attempts = 150;
        for (var attempt = 1; ; attempt++)
        {
            var result = await ask();
            if (result.ExitCode == 0 && result.Text == wanted) return result;
            if (attempt == attempts) return result.Prints(wanted);
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
