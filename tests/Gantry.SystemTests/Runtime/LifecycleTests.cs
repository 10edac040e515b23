using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Gantry.SystemTests.Runtime;

/// <summary>create, start, state, kill, delete (runtime.md of the OCI runtime specification).</summary>
public sealed class LifecycleTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_container_is_created_running_stopped_and_gone(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Stays();
        container.Config["annotations"] = new System.Text.Json.Nodes.JsonObject { ["org.example.what"] = "a \"test\"" };
        (await container.CreateAsync("--pid-file", container.PidFile)).Succeeds();
        var state = await container.StateAsync();
        Assert.Equal(("created", container.Id, container.Bundle), (Text(state, "status"), Text(state, "id"), Text(state, "bundle")));
        Assert.StartsWith("1.", Text(state, "ociVersion"), StringComparison.Ordinal);
        Assert.Equal("a \"test\"", state.GetProperty("annotations").GetProperty("org.example.what").GetString());
        Assert.Equal(state.GetProperty("pid").GetInt32(), int.Parse(await File.ReadAllTextAsync(container.PidFile, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture));

        (await container.StartAsync()).Succeeds();
        Assert.Equal("running", await container.StatusAsync());
        (await container.ExecAsync("true")).Succeeds();
        (await container.KillAsync("TERM")).Succeeds();
        await container.AwaitStatusAsync("stopped");
        (await container.DeleteAsync()).Succeeds();
        Assert.NotEqual(0, (await container.CallAsync("state", container.Id)).ExitCode);
        (await container.ShellAsync($"ls -d /sys/fs/cgroup/*{container.CgroupsPath}")).ExitsWithOneOf(1, 2);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task The_program_waits_for_start(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Does("echo started");
        (await container.CreateAsync()).Succeeds();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Empty(await File.ReadAllTextAsync(container.Output, TestContext.Current.CancellationToken));
        (await container.StartAsync()).Succeeds();
        await container.AwaitStatusAsync("stopped");
        Assert.Equal("started\n", await File.ReadAllTextAsync(container.Output, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task What_the_state_does_not_allow_fails(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Stays();
        Failed(await container.StartAsync());
        Failed(await container.KillAsync("TERM"));
        Failed(await container.DeleteAsync());
        await container.BeginAsync();
        Failed(await container.StartAsync());
        Failed(await container.DeleteAsync());
        Failed(await container.CreateAsync());
        Assert.Equal("running", await container.StatusAsync());
        (await container.KillAsync("KILL")).Succeeds();
        await container.AwaitStatusAsync("stopped");
        Failed(await container.StartAsync());
        Failed(await container.ExecAsync("true"));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Delete_with_force_ends_a_running_container_and_forgives_a_missing_one(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Does("trap '' TERM; while :; do sleep 0.05; done");
        await container.BeginAsync();
        (await container.DeleteAsync("--force")).Succeeds();
        Failed(await container.CallAsync("state", container.Id));
        (await container.DeleteAsync("--force")).Succeeds();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_created_container_can_be_killed_and_deleted(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Stays().CreateAsync()).Succeeds();
        (await container.KillAsync("9")).Succeeds();
        await container.AwaitStatusAsync("stopped");
        (await container.DeleteAsync()).Succeeds();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Pause_stops_every_process_until_resume(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Stays();
        await container.BeginAsync();
        (await container.CallAsync("pause", container.Id)).Succeeds();
        Assert.Equal("paused", await container.StatusAsync());
        (await container.CallAsync("resume", container.Id)).Succeeds();
        Assert.Equal("running", await container.StatusAsync());
        (await container.ExecAsync("true")).Succeeds();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Kill_all_reaches_processes_beside_the_init(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux.RemoveNamespace("pid");
        container.Does("sleep 3117 & sleep 3117");
        await container.BeginAsync();
        (await container.CallAsync("kill", "--all", container.Id, "KILL")).Succeeds();
        await container.AwaitStatusAsync("stopped");
        (await container.DeleteAsync()).Succeeds();
        (await container.ShellAsync("pgrep -f '[s]leep 3117'")).Exits(1);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_terminal_goes_to_the_console_socket(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Stays();
        container.Process["terminal"] = true;
        Failed(await container.CreateAsync());
        var path = Path.Combine(container.Bundle, "console");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        (await container.CreateAsync("--console-socket", path)).Succeeds();
        // The descriptor comes with at least one byte (unix(7)), and waits in the socket until then.
        using var connection = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(await connection.ReceiveAsync(new byte[256].AsMemory(), SocketFlags.None, TestContext.Current.CancellationToken) > 0);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task List_names_what_there_is(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await container.Stays().BeginAsync();
        var listed = JsonDocument.Parse((await container.CallAsync("list", "--format", "json")).Succeeds().Out).RootElement.EnumerateArray();
        Assert.Equal("running", Text(listed.Single(c => Text(c, "id") == container.Id), "status"));
        (await container.CallAsync("list", "--quiet")).Succeeds().Contains(container.Id + "\n");
        (await container.CallAsync("list")).Succeeds().Contains(container.Bundle);
    }

    internal static void Failed(Infrastructure.CommandResult result)
    {
        Assert.True(result.ExitCode != 0, $"{result.Command}: succeeded");
        Assert.True(result.Error.Trim().Length > 0, $"{result.Command}: failed without a word");
    }

    private static string Text(JsonElement state, string name) => state.GetProperty(name).GetString()!;
}
