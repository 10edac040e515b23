using Gantry.SystemTests.Infrastructure;

[assembly: AssemblyFixture(typeof(NetworkWorld))]

namespace Gantry.SystemTests.Infrastructure;

/// <summary>
/// Engines with networks, each in a sandbox of its own, since each has rules for what the machine passes on. Looked through
/// when the last scenario has run: nothing of gantryd may be left then.
/// </summary>
public sealed class NetworkWorld : IAsyncDisposable
{
    /// <summary>The sandbox as machines outside of it would know it.</summary>
    public const string HostAddress = "10.99.0.1";

    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly Dictionary<string, Engine> _engines = [];

    public async Task<Engine> EngineAsync(string name)
    {
        Root.Require("unshare", "nsenter", "tini", "docker", "dockerd", "ip", "nft", "busybox");
        await _once.WaitAsync();
        try
        {
            if (_engines.TryGetValue(name, out var engine)) return engine;
            var sandbox = await Sandbox.CreateAsync();
            await AddUplinkAsync(sandbox);
            engine = name == "gantryd" ? Engine.Gantryd(sandbox) : Engine.NetworkedDockerd(sandbox);
            await engine.StartAsync();
            var environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = engine.Address };
            (await Command.RunAsync("docker", ["load", "-i", Path.Combine(Programs.Cache, "busybox.tar")], environment)).Succeeds();
            return _engines[name] = engine;
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>A link with the host's address and a way out, which nobody answers on.</summary>
    public static async Task AddUplinkAsync(Sandbox sandbox)
    {
        foreach (var words in (string[][])[
            ["link", "add", "uplink", "type", "veth", "peer", "name", "uplink-peer"], ["link", "set", "uplink-peer", "up"], ["address", "add", HostAddress + "/24", "dev", "uplink"], ["link", "set", "uplink", "up"],
            ["route", "add", "default", "via", "10.99.0.254"]])
        {
            (await sandbox.RunAsync(["ip", .. words])).Succeeds();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<string> left = [];
        foreach (var engine in _engines.Values)
        {
            await engine.DisposeAsync();
            if (engine.Name == "gantryd") left.AddRange(await LeftAsync(engine));
            await engine.Sandbox.DisposeAsync();
        }

        _once.Dispose();
        if (left.Count > 0) throw new CommandException("left behind by gantryd: " + string.Join(", ", left));
    }

    /// <summary>What there is of containers and their links. Networks that are still there keep their bridges.</summary>
    private static async Task<List<string>> LeftAsync(Engine engine) =>
    [
        .. (await engine.Sandbox.LastingProcessesAsync()).Select(p => "process " + p),
        .. (await engine.Sandbox.LinksAsync()).Where(l => l is not ("lo" or "uplink" or "uplink-peer") && !l.StartsWith("gantry", StringComparison.Ordinal)).Select(l => "link " + l),
    ];
}
