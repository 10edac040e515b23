using System.Diagnostics;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Faults;

/// <summary>A gantryd with busybox, and a directory to build from.</summary>
internal sealed class BuildStage : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _environment;

    private BuildStage(Sandbox sandbox, Engine engine)
    {
        (Sandbox, Engine, Directory) = (sandbox, engine, Path.Combine(engine.Home, "context"));
        System.IO.Directory.CreateDirectory(Directory);
        _environment = new() { ["GANTRY_HOST"] = engine.Address, ["DOCKER_CONFIG"] = engine.Home, ["HOME"] = engine.Home };
    }

    public Sandbox Sandbox { get; }

    public Engine Engine { get; }

    public string Directory { get; }

    public static async Task<BuildStage> CreateAsync()
    {
        Root.Require("unshare", "nsenter", "tini");
        var sandbox = await Sandbox.CreateAsync();
        var stage = new BuildStage(sandbox, Engine.Gantryd(sandbox));
        await stage.Engine.StartAsync();
        (await stage.Gantry($"load -q -i {Path.Combine(Programs.Cache, "busybox.tar")}")).Succeeds();
        return stage;
    }

    public void Write(string name, string content) => File.WriteAllText(Path.Combine(Directory, name), content + "\n");

    public Task<CommandResult> Gantry(string line) => Command.RunAsync(Programs.Gantry, Command.Words(line), _environment, timeout: TimeSpan.FromMinutes(2));

    /// <summary>The directory with a Dockerfile.</summary>
    public string Context(string dockerfile)
    {
        Write("Dockerfile", dockerfile);
        return Directory;
    }

    public Task<CommandResult> BuildAsync(string dockerfile, string options = "") => Gantry($"build --progress plain {options} {Context(dockerfile)}");

    /// <summary>Runs gantry where a directory has little room.</summary>
    public Task<CommandResult> GantryWithLittleRoomAsync(string directory, string line) => Command.RunAsync(
        "unshare", ["-m", "--propagation", "private", "sh", "-c", $"mount -t tmpfs -o size=1m none {directory} && exec {Programs.Gantry} {line}"], _environment, timeout: TimeSpan.FromMinutes(2));

    public Process Start(string line)
    {
        var start = new ProcessStartInfo(Programs.Gantry, Command.Words(line));
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Without images and cache nothing is left of all builds.</summary>
    public async Task IsEmptyAfterPruneAsync()
    {
        // A build that was ended may hold what it stood on for a moment more.
        string[] left = [];
        for (var attempt = 0; attempt < 50; attempt++)
        {
            (await Gantry("image prune -af")).Succeeds();
            (await Gantry("builder prune -af")).Succeeds();
            left = [.. Left()];
            if (left.Length == 0) break;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Empty(left);
        (await Gantry("builder du")).Succeeds().Matches(@"Total:\s+0B$");
    }

    private IEnumerable<string> Left() => ((string[])["layers", "build/layers", "build/contexts/files", "build/contexts/lists", "content/blobs/sha256"])
        .Select(part => Path.Combine(Engine.DataRoot, part)).Where(System.IO.Directory.Exists).SelectMany(System.IO.Directory.GetFileSystemEntries)
        .Where(entry => !entry.EndsWith(".empty", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
