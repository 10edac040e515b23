using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Runtime;

/// <summary>The monitor, with containers that run.</summary>
public sealed class MonitorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_exit_is_on_disk_before_anyone_hears_of_it()
    {
        await using var container = new MonitoredContainer();
        var trace = Path.Combine(container.Bundle, "trace");
        container.Program = Path.Combine(container.Bundle, "traced");
        await File.WriteAllTextAsync(container.Program, $"#!/bin/sh\nexec strace -A -o {trace} -y -e trace=fsync,rename,renameat,renameat2,sendto {Programs.Runtime} \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(container.Program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var onDisk = new TaskCompletionSource<MonitorExited?>(TaskCreationOptions.RunContinuationsAsynchronously);
        container.Does("exit 9");
        await container.StartAsync(e =>
        {
            if (e is MonitorExited) onDisk.SetResult(MonitorExit.TryRead(container.Settings));
        });
        var exited = await container.Client.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((9, 0, false), (exited.ExitCode, exited.Signal, exited.OomKilled));
        Assert.Equal(9, (await onDisk.Task.WaitAsync(Patience, TestContext.Current.CancellationToken))?.ExitCode);
        await container.Client.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var calls = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        var synced = Array.FindIndex(calls, c => c.StartsWith("fsync(", StringComparison.Ordinal) && c.Contains("exit.json.new", StringComparison.Ordinal));
        var renamed = Array.FindIndex(calls, c => c.StartsWith("rename", StringComparison.Ordinal) && c.Contains("exit.json", StringComparison.Ordinal));
        var told = Array.FindLastIndex(calls, c => c.StartsWith("sendto(3<", StringComparison.Ordinal));
        Assert.True(synced >= 0 && synced < renamed && renamed < told, string.Join('\n', calls));
    }

    [Fact]
    public async Task A_process_killed_for_want_of_memory_is_told()
    {
        await using var container = new MonitoredContainer();
        container.Config["linux"]!["resources"]!["memory"] = new JsonObject { ["limit"] = 33554432 };
        container.Config["process"]!["args"] = new JsonArray("dd", "if=/dev/zero", "of=/dev/null", "bs=256M", "count=1");
        await container.StartAsync();
        var exited = await container.Client.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((137, 9, true), (exited.ExitCode, exited.Signal, exited.OomKilled));
        Assert.True(MonitorExit.TryRead(container.Settings)!.OomKilled);
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_nobody_and_loses_nothing()
    {
        const int size = 20_000_000;
        await using var container = new MonitoredContainer();
        container.Settings = container.Settings with { LogDriver = "none" };
        // It lives on until it is told: a client may be slow for ten seconds after the end, and this machine may be busy for longer.
        var client = await container.Does($"trap 'exit 0' TERM; yes 0123456789abcdef | head -c {size}; while :; do sleep 0.05; done").CreateAsync();
        await using var lazy = await client.AttachAsync(MonitorStreams.Stdout, TestContext.Current.CancellationToken);
        await using var eager = await client.AttachAsync(MonitorStreams.Stdout, TestContext.Current.CancellationToken);
        await client.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(size, await CountAsync(eager, upTo: size));
        var rest = CountAsync(lazy);
        await client.KillAsync(15, all: false, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await client.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken)).ExitCode);
        Assert.Equal(size, await rest);
        Assert.Equal(0, await CountAsync(eager));
    }

    [Fact]
    public async Task A_terminal_is_resized_and_its_program_told()
    {
        await using var container = new MonitoredContainer();
        container.Config["process"]!["terminal"] = true;
        container.Settings = container.Settings with { Tty = true };
        container.Does("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done");
        var client = await container.CreateAsync();
        await using var stream = await client.AttachAsync(MonitorStreams.All, TestContext.Current.CancellationToken);
        await client.StartAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Assert.Equal("ready", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        await client.ResizeAsync(33, 101, TestContext.Current.CancellationToken);
        Assert.Equal("33 101", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_container_does_not_outlive_a_killed_monitor()
    {
        await using var container = new MonitoredContainer();
        var started = await container.Does("sleep 300 & sleep 300").StartAsync();
        using (var monitor = Process.GetProcessById(container.Client.ProcessId)) monitor.Kill();
        var exited = await container.Client.Exited.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(137, exited.ExitCode);
        await EventuallyAsync(() => !Directory.Exists($"/proc/{started.ProcessId}"));
        await EventuallyAsync(() => !Directory.EnumerateDirectories("/sys/fs/cgroup", "*", SearchOption.TopDirectoryOnly)
            .Select(d => d + container.Settings.CgroupsPath + "/cgroup.procs").Any(f => File.Exists(f) && File.ReadAllText(f).Length > 0));
    }

    [Fact]
    public async Task One_waits_ahead_and_one_that_died_is_replaced()
    {
        await using var first = new MonitoredContainer();
        await using var second = new MonitoredContainer { Monitors = first.Monitors };
        first.Monitors.Prepare();
        // Between fork and exec it has the command line of its parent.
        await EventuallyAsync(() => WaitingAt(first.Bundle).Count == 1);
        var waiting = Assert.Single(WaitingAt(first.Bundle));
        await first.Does("sleep 300").StartAsync();
        Assert.Equal(waiting, first.Client.ProcessId);
        await EventuallyAsync(() => CommandLine(waiting).EndsWith($"--bundle {first.Bundle}", StringComparison.Ordinal), () => CommandLine(waiting));

        await EventuallyAsync(() => WaitingAt(first.Bundle).Count == 1);
        var killed = WaitingAt(first.Bundle).Single();
        using (var next = Process.GetProcessById(killed)) next.Kill();
        await EventuallyAsync(() => HasEnded(killed));
        await second.Does("sleep 300").StartAsync();

        await EventuallyAsync(() => WaitingAt(first.Bundle).Count == 1);
        first.Monitors.Dispose();
        await EventuallyAsync(() => WaitingAt(first.Bundle).Count == 0);
    }

    [Fact]
    public async Task A_monitor_stays_below_four_megabytes()
    {
        await using var container = new MonitoredContainer();
        container.Settings = container.Settings with { LogMaxSize = 10_000_000, LogMaxFiles = 2 };
        container.Does("yes 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde | head -c 100000000; echo done; sleep 300");
        await container.StartAsync();
        await EventuallyAsync(() => File.ReadAllText(container.Settings.LogPath!).Contains("\"done\\n\"", StringComparison.Ordinal));
        for (var i = 0; i < 10; i++)
        {
            var exec = await container.Client.ExecAsync(
                new ExecRequest { Id = $"e{i}", Arguments = ["cat", "/proc/self/status"], Environment = ["PATH=/bin"] }, MonitorStreams.Stdout, TestContext.Current.CancellationToken);
            Assert.True(await CountAsync(exec.Stream) > 100);
            Assert.Equal(0, await exec.ExitCode.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        await EventuallyAsync(() => ResidentKilobytes(container.Client.ProcessId) <= 4096, () => $"{ResidentKilobytes(container.Client.ProcessId)} kB resident");
        TestContext.Current.TestOutputHelper?.WriteLine($"{ResidentKilobytes(container.Client.ProcessId)} kB resident");
    }

    internal static async Task EventuallyAsync(Func<bool> holds, Func<string>? why = null)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, why?.Invoke() ?? "it did not happen");
            await Task.Delay(100);
        }
    }

    private static List<int> WaitingAt(string bundle) => [.. Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && CommandLine(pid).Contains($"--bundle {bundle}/---", StringComparison.Ordinal))];

    /// <summary>It has closed all that it had open: its command line is gone before that.</summary>
    /// <summary>With all its threads: until the last of them is gone it has its files.</summary>
    private static bool HasEnded(int pid) =>
        !Directory.Exists($"/proc/{pid}") || (File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal) && Directory.GetDirectories($"/proc/{pid}/task").Length == 1);

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ').TrimEnd();
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }

    private static int ResidentKilobytes(int pid) => int.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>The bytes of output in a stream of Docker's frames, to its end or until so many have come.</summary>
    private static async Task<long> CountAsync(Stream stream, long upTo = long.MaxValue)
    {
        var header = new byte[8];
        var body = new byte[64 * 1024];
        long total = 0;
        while (total < upTo && await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            var left = (header[4] << 24) | (header[5] << 16) | (header[6] << 8) | header[7];
            total += left;
            while (left > 0)
            {
                var count = await stream.ReadAsync(body.AsMemory(0, Math.Min(left, body.Length)));
                Assert.True(count > 0, "the stream ended within a frame");
                left -= count;
            }
        }

        return total;
    }
}
