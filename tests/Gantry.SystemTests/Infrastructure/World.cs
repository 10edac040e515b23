using Gantry.SystemTests.Infrastructure;

[assembly: AssemblyFixture(typeof(World))]

namespace Gantry.SystemTests.Infrastructure;

/// <summary>
/// One sandbox with a registry, gantryd and dockerd, made when the first scenario asks and looked through when the
/// last has run: nothing of a daemon may be left then.
/// </summary>
public sealed class World : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly Dictionary<string, Engine> _engines = [];
    private readonly Dictionary<string, Exception> _broken = [];
    private readonly List<IAsyncDisposable> _kept = [];
    private Sandbox? _sandbox;
    private Registry? _registry;
    private Registry? _guarded;

    public Sandbox Sandbox => _sandbox!;

    public Registry Registry => _registry!;

    /// <summary>The image every scenario uses, under a short name that both engines know.</summary>
    public const string Busybox = "busybox";

    public async Task<Engine> EngineAsync(string name)
    {
        Root.Require("unshare", "nsenter", "tini", "script", "skopeo", "docker-registry", "docker", "dockerd");
        await _once.WaitAsync();
        try
        {
            if (_broken.TryGetValue(name, out var why)) throw new CommandException($"{name} did not come up: {why.Message}");
            if (_engines.TryGetValue(name, out var engine)) return engine;
            await PrepareAsync();
            engine = name switch
            {
                "gantryd" => Engine.Gantryd(_sandbox!),
                "dockerd over gantry-runtime" => Engine.DockerdOverRuntime(_sandbox!),
                _ => Engine.Dockerd(_sandbox!),
            };
            try
            {
                await engine.StartAsync();
                await FillAsync(engine);
            }
            catch (CommandException e)
            {
                _broken[name] = e;
                throw;
            }

            return _engines[name] = engine;
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>Keeps something until the engines have ended.</summary>
    public T Keep<T>(T kept)
        where T : IAsyncDisposable
    {
        lock (_kept) _kept.Add(kept);
        return kept;
    }

    public async ValueTask DisposeAsync()
    {
        List<string> left = [];
        foreach (var engine in _engines.Values)
        {
            await engine.DisposeAsync();
        }

        foreach (var kept in _kept)
        {
            await kept.DisposeAsync();
        }

        if (_guarded is not null) await _guarded.DisposeAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        if (_sandbox is not null)
        {
            left.AddRange((await _sandbox.LastingProcessesAsync()).Select(p => "process " + p));
            left.AddRange(_sandbox.Mounts().Where(m => m.StartsWith(Path.Combine(_sandbox.Root, "gantryd"), StringComparison.Ordinal)).Select(m => "mount " + m));
            left.AddRange(_sandbox.ControlGroups().Where(g => g.Contains("gantry/", StringComparison.Ordinal)).Select(g => "control group " + g));
            await _sandbox.DisposeAsync();
        }

        _once.Dispose();
        if (left.Count > 0) throw new CommandException("left behind by gantryd: " + string.Join(", ", left));
    }

    private async Task PrepareAsync()
    {
        if (_registry is not null) return;
        _sandbox = await Sandbox.CreateAsync();
        _registry = new Registry(_sandbox);
        await _registry.StartAsync();
        await _registry.FillAsync("busybox.tar", "busybox:latest", oci: true);
        await _registry.FillAsync("debian.tar", "debian:latest", oci: false);
        _guarded = new Registry(_sandbox, guarded: true);
        await _guarded.StartAsync();
    }

    private static async Task FillAsync(Engine engine)
    {
        var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address };
        foreach (var words in (string[][])[["pull", "-q", $"{Registry.Address}/busybox"], ["tag", $"{Registry.Address}/busybox", Busybox]])
        {
            var result = await Command.RunAsync("docker", words, environment);
            if (result.ExitCode != 0) throw new CommandException($"{result.Command}: {result.Error}\n{engine.Name}'s log:\n{engine.Log()}");
        }
    }
}
