using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>A bundle of busybox, and the commands of a runtime on it. Whatever is left of the container goes with it.</summary>
internal sealed class OciContainer : IAsyncDisposable
{
    private static readonly string[] Applets =
    [
        "sh", "cat", "ls", "id", "echo", "sleep", "true", "false", "mkdir", "touch", "readlink", "stat", "mknod", "hostname", "env", "pwd", "tty", "stty",
        "head", "grep", "dd", "test", "kill", "trap", "sha256sum", "seq", "yes", "wc", "nice", "umask", "ps", "ip",
    ];

    private readonly Sandbox _sandbox;
    private readonly string _program;

    public OciContainer(Sandbox sandbox, string program, string runtime, int number)
    {
        _sandbox = sandbox;
        _program = program;
        Id = $"{runtime}-{number}";
        Bundle = Path.Combine(sandbox.Root, "bundles", Id);
        State = Path.Combine(sandbox.Root, "state-" + runtime);
        foreach (var name in (string[])["bin", "proc", "sys", "dev", "etc", "tmp", "mnt"]) Directory.CreateDirectory(Path.Combine(RootFs, name));
        Programs.Copy(Programs.Find("busybox")!, Path.Combine(RootFs, "bin", "busybox"));
        foreach (var applet in Applets) File.CreateSymbolicLink(Path.Combine(RootFs, "bin", applet), "busybox");
        Config = OciConfig.Default();
        Config["linux"]!["cgroupsPath"] = CgroupsPath;
    }

    public string Id { get; }

    public string Bundle { get; }

    /// <summary>The runtime's --root.</summary>
    public string State { get; }

    /// <summary>Of the sandbox's control groups.</summary>
    public string CgroupsPath => "/runtimes/" + Id;

    public string RootFs => Path.Combine(Bundle, "rootfs");

    public string PidFile => Path.Combine(Bundle, "pid");

    public JsonObject Config { get; }

    public JsonNode Process => Config["process"]!;

    public JsonNode Linux => Config["linux"]!;

    /// <summary>Another program in the runtime's place, such as a copy of it.</summary>
    public string Program { get => field ?? _program; set; }

    public OciContainer Runs(params string[] arguments)
    {
        Process["args"] = new JsonArray([.. arguments.Select(a => (JsonNode)a)]);
        return this;
    }

    /// <summary>A shell's command.</summary>
    public OciContainer Does(string script) => Runs("sh", "-c", script);

    /// <summary>Something to exec into, which a SIGTERM ends.</summary>
    public OciContainer Stays() => Does("trap 'exit 0' TERM; while :; do sleep 0.05; done");

    public void Save() => File.WriteAllText(Path.Combine(Bundle, "config.json"), Config.ToJsonString());

    public Task<CommandResult> RunAsync(params string[] options)
    {
        Save();
        return CallAsync(["run", "--bundle", Bundle, .. options, Id]);
    }

    public Task<CommandResult> CreateAsync(params string[] options)
    {
        Save();
        return DetachedAsync(["create", "--bundle", Bundle, .. options, Id]);
    }

    public Task<CommandResult> StartAsync() => CallAsync("start", Id);

    /// <summary>Creates and starts.</summary>
    public async Task BeginAsync()
    {
        (await CreateAsync("--pid-file", PidFile)).Succeeds();
        (await StartAsync()).Succeeds();
    }

    public Task<CommandResult> KillAsync(string signal) => CallAsync("kill", Id, signal);

    public Task<CommandResult> DeleteAsync(params string[] options) => CallAsync(["delete", .. options, Id]);

    public Task<CommandResult> ExecAsync(params string[] words) => CallAsync(["exec", Id, .. words]);

    /// <summary>The words that call the runtime inside the sandbox.</summary>
    public string[] Words(params string[] arguments) => [Program, "--root", State, .. arguments];

    public Task<CommandResult> CallAsync(params string[] arguments) => _sandbox.RunAsync(Words(arguments));

    public Task<CommandResult> ShellAsync(string script) => _sandbox.RunAsync("sh", "-c", script);

    /// <summary>A command whose container keeps the streams: they go to a file, so that the command's end is the end.</summary>
    public Task<CommandResult> DetachedAsync(params string[] arguments) =>
        ShellAsync($"{string.Join(' ', Words(arguments).Select(w => $"'{w}'"))} >{Output} 2>{Output}.err </dev/null; code=$?; cat {Output}.err >&2; exit $code");

    /// <summary>What a detached container wrote.</summary>
    public string Output => Path.Combine(Bundle, "output");

    public async Task<JsonElement> StateAsync() => JsonDocument.Parse((await CallAsync("state", Id)).Succeeds().Out).RootElement;

    public async Task<string> StatusAsync() => (await StateAsync()).GetProperty("status").GetString()!;

    public async Task AwaitStatusAsync(string status)
    {
        var patience = Stopwatch.StartNew();
        string now;
        while ((now = await StatusAsync()) != status)
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(20)) throw new CommandException($"container {Id} is {now}, not {status}");
            await Task.Delay(50);
        }
    }

    /// <summary>A file of the container's cgroup.</summary>
    public async Task<string> CgroupFileAsync(string controller, string file) =>
        (await ShellAsync($"cat /sys/fs/cgroup/{controller}{CgroupsPath}/{file}")).Succeeds().Text;

    public async ValueTask DisposeAsync()
    {
        await CallAsync("delete", "--force", Id);
        await ShellAsync($"rm -rf --one-file-system '{Bundle}'");
    }
}
