using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>hooks of config.json: when they run, where, and what they are told.</summary>
public sealed class HookTests(RuntimeWorld world) : RuntimeSuite(world)
{
    private static readonly string[] Names = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Each_runs_at_its_time_and_reads_the_state(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var told = Directory.CreateDirectory(Path.Combine(container.Bundle, "told")).FullName;
        container.Config.Mounts().Add(OciConfig.Bind(told, "/told", "rw"));
        container.Config["annotations"] = new JsonObject { ["org.example.what"] = "\"pid\":0 {}" };
        container.Config["hooks"] = new JsonObject();
        foreach (var name in Names)
        {
            // The one that runs in the container finds its shell and its files there.
            var inside = name == "startContainer";
            var directory = inside ? "/told" : told;
            Add(container, name, $"{{ echo {name}; }} >>{directory}/order; cat >{directory}/{name}; echo >>{directory}/{name}; readlink /proc/self/ns/mnt >>{directory}/{name}");
        }

        (await container.Does("echo program >>/told/order; sleep 0.3").CreateAsync("--pid-file", container.PidFile)).Succeeds();
        // This runc has those after the start run with the others.
        Assert.Equal(["prestart", "createRuntime", "createContainer"], Lines("order").Where(l => runtime != "runc" || l != "poststart"));
        (await container.StartAsync()).Succeeds();
        await container.AwaitStatusAsync("stopped");
        Assert.Equal(["startContainer", "program"], Lines("order").Where(l => l is "startContainer" or "program"));
        Assert.Contains("poststart", Lines("order"));
        (await container.DeleteAsync()).Succeeds();
        Assert.Equal("poststop", Lines("order")[^1]);

        var pid = int.Parse(await File.ReadAllTextAsync(container.PidFile, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        var host = (await container.ShellAsync("readlink /proc/self/ns/mnt")).Text;
        foreach (var name in Names)
        {
            var lines = Lines(name);
            var state = JsonDocument.Parse(lines[0]).RootElement;
            Assert.Equal(container.Id, state.GetProperty("id").GetString());
            // crun's delete says where it was called for the bundle.
            if (runtime != "crun") Assert.Equal(container.Bundle, state.GetProperty("bundle").GetString());
            Assert.Equal("\"pid\":0 {}", state.GetProperty("annotations").GetProperty("org.example.what").GetString());
            if (name is "prestart" or "createRuntime" or "poststart") Assert.Equal(pid, state.GetProperty("pid").GetInt32());
            if (name == "poststart" && runtime != "runc") Assert.Equal("running", state.GetProperty("status").GetString());
            if (name == "poststop") Assert.Equal("stopped", state.GetProperty("status").GetString());
            Assert.Equal((name, name is "createContainer" or "startContainer"), (name, lines[^1] != host));
        }

        string[] Lines(string file) => File.ReadAllLines(Path.Combine(told, file)).Where(l => l.Length > 0).ToArray();
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task One_that_fails_before_the_program_undoes_the_container(string runtime)
    {
        foreach (var name in (string[])["prestart", "createRuntime", "createContainer"])
        {
            await using var container = await ContainerAsync(runtime);
            container.Config["hooks"] = new JsonObject();
            Add(container, name, "echo it is broken >&2; exit 3");
            var result = await container.Runs("true").RunAsync();
            LifecycleTests.Failed(result);
            if (runtime == Ours) result.Says(name == "createContainer" ? "exit code 3" : $"hooks.{name}[0]: /bin/sh: it failed with exit code 3: it is broken");
            LifecycleTests.Failed(await container.CallAsync("state", container.Id));
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task One_that_fails_in_the_container_keeps_the_program_from_running(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Config["hooks"] = new JsonObject();
        Add(container, "startContainer", "exit 3");
        var result = await container.Does("echo ran").RunAsync();
        LifecycleTests.Failed(result);
        result.Lacks("ran");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task One_that_takes_too_long_is_ended(string runtime)
    {
        foreach (var name in (string[])["createRuntime", "createContainer"])
        {
            await using var container = await ContainerAsync(runtime);
            container.Config["hooks"] = new JsonObject();
            Add(container, name, "exec sleep 30");
            container.Config["hooks"]![name]![0]!["timeout"] = 1;
            var result = await container.Runs("true").RunAsync();
            LifecycleTests.Failed(result);
            if (runtime == Ours) result.Says("timeout");
        }
    }

    [Fact]
    public async Task One_that_fails_after_the_container_is_passed_over()
    {
        await using var container = await ContainerAsync(Ours);
        var file = Path.Combine(container.Bundle, "second");
        container.Config["hooks"] = new JsonObject();
        Add(container, "poststop", "exit 3");
        Add(container, "poststop", $"touch {file}");
        (await container.Runs("true").RunAsync()).Succeeds();
        Assert.True(File.Exists(file));
    }

    private static void Add(OciContainer container, string name, string script)
    {
        var hooks = container.Config["hooks"]!.AsObject();
        if (hooks[name] is null) hooks[name] = new JsonArray();
        hooks[name]!.AsArray().Add(new JsonObject
        {
            ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script), ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
        });
    }
}
