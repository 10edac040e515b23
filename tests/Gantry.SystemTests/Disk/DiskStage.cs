using System.Globalization;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Disk;

/// <summary>A gantryd and a registry whose disk nobody else uses.</summary>
internal sealed class DiskStage : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _environment;
    private readonly Registry _registry;

    private DiskStage(Sandbox sandbox, Registry registry, Engine engine)
    {
        (Sandbox, _registry, Engine) = (sandbox, registry, engine);
        _environment = new() { ["DOCKER_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home };
    }

    public Sandbox Sandbox { get; }

    public Engine Engine { get; }

    /// <param name="flags">More for gantryd.</param>
    public static async Task<DiskStage> CreateAsync(params string[] flags)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "skopeo", "docker-registry");
        var sandbox = await Sandbox.CreateAsync();
        var registry = new Registry(sandbox);
        await registry.StartAsync();
        await registry.FillAsync("busybox.tar", "busybox:latest", oci: true);
        await registry.FillAsync("debian.tar", "debian:latest", oci: false);
        var stage = new DiskStage(sandbox, registry, Engine.Gantryd(sandbox, flags));
        await stage.Engine.StartAsync();
        return stage;
    }

    public Task<CommandResult> Docker(string line) =>
        Command.RunAsync("docker", Command.Words(line), _environment, timeout: TimeSpan.FromMinutes(2));

    /// <summary>An image of so many bytes that do not compress. Its program cannot run.</summary>
    public async Task ImportAsync(string name, int megabytes)
    {
        var directory = Path.Combine(Engine.Home, name);
        Directory.CreateDirectory(directory);
        await File.WriteAllBytesAsync(Path.Combine(directory, name), System.Security.Cryptography.RandomNumberGenerator.GetBytes(megabytes * 1000_000));
        (await Command.RunAsync("tar", ["-C", directory, "-cf", directory + ".tar", name])).Succeeds();
        (await Docker($"import -c 'CMD [\"/none\"]' {directory}.tar {name}")).Succeeds();
    }

    /// <summary>Waits until gantryd has logged it: an image is gone from the list before its files are, and those before the log says so.</summary>
    public async Task LogsAsync(string text)
    {
        for (var attempt = 0; attempt < 600 && !Engine.Log().Contains(text, StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains(text, Engine.Log(), StringComparison.Ordinal);
    }

    public async Task<JsonElement> DiskUsageAsync()
    {
        using var document = JsonDocument.Parse(await Engine.Http.GetStringAsync(new Uri("v1.50/system/df", UriKind.Relative)));
        return document.RootElement.Clone();
    }

    /// <summary>What du(1) counts of a part of the data root, in bytes.</summary>
    public async Task<long> DuAsync(params string[] parts)
    {
        var result = (await Command.RunAsync("du", ["-s", "--block-size=1", .. parts.Select(part => Path.Combine(Engine.DataRoot, part))])).Succeeds();
        return result.Lines.Sum(line => long.Parse(line.Split('\t')[0], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _registry.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
