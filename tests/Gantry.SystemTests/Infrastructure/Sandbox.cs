using System.Diagnostics;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>
/// Mounts, network, processes and control groups of their own for daemons under test (sandbox.sh). The directory
/// is shared with the test, so that sockets and logs are reached from outside.
/// </summary>
public sealed class Sandbox : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Infrastructure", "sandbox.sh");
    private static int s_count;
    private readonly Process _holder;
    private readonly string _group;
    private readonly int _init;

    private Sandbox(Process holder, string group, int init, string root)
    {
        (_holder, _group, _init, Root) = (holder, group, init, root);
    }

    /// <summary>An empty directory on a file system that can hold overlay upper directories.</summary>
    public string Root { get; }

    public static async Task<Sandbox> CreateAsync()
    {
        var group = $"gantry-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        var root = Path.Combine(Path.GetTempPath(), group);
        Directory.CreateDirectory(root);
        var holder = Command.Start(
            "unshare",
            ["--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation", "private", "--", "bash", Script, "hold", group],
            environment: null, redirectInput: true);
        if (await holder.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) != "ready")
        {
            throw new CommandException("the sandbox could not be made: " + await holder.StandardError.ReadToEndAsync());
        }

        return new Sandbox(holder, group, ChildOf(holder.Id), root);
    }

    /// <summary>A path of the sandbox as this process reaches it.</summary>
    public string PathInside(string path) => $"/proc/{_init}/root{path}";

    /// <summary>The words that run a command inside.</summary>
    public string[] Enter(params ReadOnlySpan<string> command) =>
        ["nsenter", "--target", $"{_init}", "--mount", "--net", "--pid", "--cgroup", "--", "bash", Script, "enter", .. command];

    public Process Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var words = Enter([.. command]);
        return Command.Start(words[0], words[1..], environment, redirectInput: false);
    }

    public Task<CommandResult> RunAsync(params string[] command)
    {
        var words = Enter(command);
        return Command.RunAsync(words[0], words[1..], timeout: TimeSpan.FromMinutes(3));
    }

    /// <summary>The host's id of a process started inside: nsenter forks to enter a PID namespace.</summary>
    public static int ChildOf(int pid)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var children = File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (children.Length > 0) return int.Parse(children[0], System.Globalization.CultureInfo.InvariantCulture);
            Thread.Sleep(10);
        }

        throw new CommandException($"process {pid} has no child");
    }

    /// <summary>Command lines of all processes inside but the sandbox's own, by the ids they have there.</summary>
    public SortedDictionary<int, string> Processes()
    {
        SortedDictionary<int, string> found = [];
        foreach (var directory in Directory.EnumerateDirectories($"/proc/{_init}/root/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var pid)) continue;
            try
            {
                var command = File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ').Trim();
                var name = File.ReadAllText(Path.Combine(directory, "comm")).Trim();
                if (pid != 1 && command != "cat") found[pid] = command.Length > 0 ? command : $"[{name}]";
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return found;
    }

    /// <summary>Command lines of the monitors that have a container.</summary>
    public string[] Monitors() =>
        [.. Processes().Values.Where(p => p.Contains("gantry-runtime monitor", StringComparison.Ordinal) && !p.Contains("/---", StringComparison.Ordinal))];

    /// <summary>Gantry's processes inside, after those that go with their daemon had a moment for it.</summary>
    public async Task<string[]> LastingProcessesAsync()
    {
        string[] Found() => [.. Processes().Values.Where(p => p.Contains("gantry", StringComparison.Ordinal))];
        for (var attempt = 0; attempt < 100 && Found().Length > 0; attempt++) await Task.Delay(100);
        return Found();
    }

    /// <summary>Mount points inside, as mountinfo has them.</summary>
    public string[] Mounts() =>
        File.ReadAllLines($"/proc/{_init}/mountinfo").Select(l => l.Split(' ')[4]).ToArray();

    /// <summary>Control groups below the sandbox's own, relative to their hierarchy.</summary>
    public string[] ControlGroups()
    {
        var unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        var roots = unified ? [Path.Combine("/sys/fs/cgroup", _group)]
            : Directory.EnumerateDirectories("/sys/fs/cgroup").Select(d => Path.Combine(d, _group)).Where(Directory.Exists);
        return roots.SelectMany(root => Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
                .Select(d => Path.GetRelativePath(root, d)))
            .Where(d => d != "init").Distinct().Order(StringComparer.Ordinal).ToArray();
    }

    /// <summary>Network links inside.</summary>
    public async Task<string[]> LinksAsync() => [.. (await RunAsync("cat", "/proc/net/dev")).Succeeds().Lines.Skip(2).Select(line => line.Split(':')[0].Trim()).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10)))
        {
            try
            {
                await _holder.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _holder.Kill(entireProcessTree: true);
            }
        }

        _holder.Dispose();
        await Command.RunAsync("sh", ["-c", $"for i in 1 2 3; do find /sys/fs/cgroup -depth -type d -path '*/{_group}*' -exec rmdir {{}} + 2>/dev/null && break; sleep 0.3; done; rm -rf --one-file-system '{Root}'"]);
    }
}
