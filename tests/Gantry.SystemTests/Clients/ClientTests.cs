using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Clients;

/// <summary>Other people's clients, as they are, on both engines: what holds on Docker's holds on ours.</summary>
public sealed class ClientTests(NetworkWorld networks)
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Clients", "scripts");
    private static readonly string Plugins = Path.Combine(Programs.Cache, "plugins");
    private static readonly string Modules = Path.Combine(Programs.Cache, "node", "node_modules");

    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task Docker_for_Python(string engine)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/docker"), "python3-docker is not installed (./test.sh installs it)");
        await RunAsync(engine, "/usr/bin/python3", "docker_py.py");
    }

    [Theory]
    [InlineData("gantryd", "attach,execs,builds,follows")]
    [InlineData("dockerd", "attach,execs,follows")]
    public async Task Dockerode(string engine, string parts)
    {
        RequireModule("dockerode");
        await RunAsync(engine, "node", "dockerode.js", $"PARTS={parts}", $"NODE_PATH={Modules}");
    }

    // It reads logs from the second in which the container says it started; Debian's dockerd says so late, and a line may be of the second before.
    [Fact]
    public async Task Testcontainers_for_Node()
    {
        RequireModule("testcontainers");
        // Its reaper is an image that is nowhere to be had here.
        await RunAsync("gantryd", "node", "testcontainers.js", "TESTCONTAINERS_RYUK_DISABLED=true", $"NODE_PATH={Modules}");
    }

    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task Compose_of_Docker(string engine)
    {
        RequirePlugin("docker-compose");
        await RunAsync(engine, "bash", "compose.sh", $"PLUGINS={Plugins}");
    }

    // BuildKit within Debian's dockerd is older than what this asks for.
    [Fact]
    public async Task Buildx_of_Docker()
    {
        RequirePlugin("docker-buildx");
        await RunAsync("gantryd", "bash", "buildx.sh", $"PLUGINS={Plugins}", "REGISTRY=127.0.0.1:5055");
    }

    [Fact]
    public async Task Development_containers()
    {
        RequireModule("@devcontainers/cli");
        RequirePlugin("docker-compose");
        await RunAsync("gantryd", "bash", "devcontainer.sh", $"PLUGINS={Plugins}", $"DEVCONTAINER={Path.Combine(Modules, ".bin", "devcontainer")}");
    }

    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task Steps_of_Jenkins(string engine) => await RunAsync(engine, "bash", "jenkins.sh");

    [Theory]
    [InlineData("gantryd")]
    [InlineData("dockerd")]
    public async Task Watchers_of_containers(string engine)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/docker"), "python3-docker is not installed (./test.sh installs it)");
        await RunAsync(engine, "/usr/bin/python3", "watchers.py");
    }

    private static void RequirePlugin(string name) =>
        Assert.SkipUnless(File.Exists(Path.Combine(Plugins, name)), $"there is no {name} of Debian 13 (scripts/test-clients.sh gets it from the machine's mirror)");

    private static void RequireModule(string name) =>
        Assert.SkipUnless(Programs.Find("node") is not null && Directory.Exists(Path.Combine(Modules, name)), $"there is no Node with {name} (scripts/test-clients.sh installs it where there is npm)");

    private async Task RunAsync(string name, string program, string script, params string[] environment)
    {
        var engine = await networks.EngineAsync(name);
        var result = await engine.Sandbox.RunAsync(["env", $"DOCKER_HOST={engine.Address}", $"DOCKER_CONFIG={engine.Home}", .. environment, program, Path.Combine(Scripts, script)]);
        try
        {
            result.Prints("ok");
        }
        catch (CommandException e)
        {
            throw new CommandException($"{e.Message}\n--- {engine.Name}'s log:\n{engine.Log(25)}");
        }
    }
}
