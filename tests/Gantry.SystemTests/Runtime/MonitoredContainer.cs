using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Runtime.Monitor;
using Gantry.Runtime.Monitor.Client;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>A container with its monitor, as the daemon starts them, in control groups of its own.</summary>
internal sealed class MonitoredContainer : IAsyncDisposable
{
    private static int s_count;
    private readonly string _group = $"gantry-monitor-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";

    public MonitoredContainer()
    {
        Root.Require("busybox", "strace");
        Bundle = Path.Combine(Path.GetTempPath(), _group);
        foreach (var name in (string[])["bin", "proc", "sys", "dev", "tmp"]) Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", name));
        Programs.Copy(Programs.Find("busybox")!, Path.Combine(Bundle, "rootfs", "bin", "busybox"));
        foreach (var applet in (string[])["sh", "seq", "yes", "head", "dd", "stty", "sleep", "cat", "true"])
        {
            File.CreateSymbolicLink(Path.Combine(Bundle, "rootfs", "bin", applet), "busybox");
        }

        Config["linux"]!["cgroupsPath"] = "/" + _group;
        Settings = new MonitorSettings
        {
            Id = "c",
            LogPath = Path.Combine(Bundle, "c-json.log"),
            ExitPath = Path.Combine(Bundle, "exit.json"),
            CgroupsPath = "/" + _group,
        };
    }

    public string Bundle { get; }

    public JsonObject Config { get; } = OciConfig.Default();

    public MonitorSettings Settings { get; set; }

    /// <summary>What is started in the place of gantry-runtime.</summary>
    public string Program { get; set; } = Programs.Runtime;

    /// <summary>A waiting one shows a bundle within this one's.</summary>
    public MonitorPool Monitors
    {
        get => field ??= new MonitorPool(Program, Bundle);
        init;
    }

    public MonitorClient Client { get; private set; } = null!;

    public MonitoredContainer Does(string script)
    {
        Config["process"]!["args"] = new JsonArray("sh", "-c", script);
        return this;
    }

    public async Task<MonitorClient> CreateAsync(Action<Gantry.Runtime.Monitor.Protocol.MonitorEvent>? onEvent = null)
    {
        await File.WriteAllTextAsync(Path.Combine(Bundle, "config.json"), Config.ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(Bundle, MonitorSettings.FileName), JsonSerializer.Serialize(Settings, MonitorJson.Default.MonitorSettings));
        Client = Monitors.Spawn(new MonitorSpawn { Bundle = Bundle, Settings = Settings }, onEvent);
        await Client.Ready.WaitAsync(TimeSpan.FromSeconds(20));
        return Client;
    }

    public async Task<Gantry.Runtime.Monitor.Protocol.MonitorStarted> StartAsync(Action<Gantry.Runtime.Monitor.Protocol.MonitorEvent>? onEvent = null)
    {
        await CreateAsync(onEvent);
        return await Client.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            if (!Client.Exited.IsCompleted)
            {
                try
                {
                    await Client.KillAsync(9, all: true);
                    await Client.Exited.WaitAsync(TimeSpan.FromSeconds(10));
                }
                catch (Exception e) when (e is Gantry.Spec.GantryException or TimeoutException)
                {
                    // It ended by itself, or the monitor did.
                }
            }

            await Client.DisposeAsync();
        }

        Monitors.Dispose();

        await Command.RunAsync("sh", ["-c", $"sleep 0.2; find /sys/fs/cgroup -maxdepth 2 -depth -type d -name {_group} -exec rmdir {{}} + ; rm -rf --one-file-system '{Bundle}'"]);
    }
}
