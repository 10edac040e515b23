using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Clients;

/// <summary>Testcontainers for .NET, and Docker.DotNet beneath it, within this process.</summary>
public sealed class TestcontainersTests(NetworkWorld networks)
{
    // Debian's dockerd is too old for it.
    [Fact]
    public async Task Containers_of_a_test()
    {
        // Its reaper is an image that is nowhere to be had here.
        TestcontainersSettings.ResourceReaperEnabled = false;
        var engine = await networks.EngineAsync("gantryd");
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = new NetworkBuilder().WithDockerEndpoint(engine.Address).WithName($"net-{Guid.NewGuid():N}").Build();
        await network.CreateAsync(cancellation);
        await using var web = new ContainerBuilder("busybox").WithDockerEndpoint(engine.Address)
            .WithNetwork(network).WithNetworkAliases("web").WithEnvironment("A", "b").WithPortBinding(8080, assignRandomHostPort: true)
            .WithResourceMapping(Encoding.UTF8.GetBytes("hello"), "/www/index.html")
            .WithCommand("sh", "-c", "echo ready; httpd -f -p 8080 -h /www")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("ready"))
            .Build();
        await web.StartAsync(cancellation);
        Assert.True(web.GetMappedPublicPort(8080) > 0);
        var said = await web.ExecAsync(["sh", "-c", "echo $A; echo err >&2; exit 3"], cancellation);
        Assert.Equal((3, "b\n", "err\n"), ((int)(said.ExitCode ?? -1), said.Stdout, said.Stderr));
        Assert.Equal("hello", Encoding.UTF8.GetString(await web.ReadFileAsync("/www/index.html", cancellation)));
        await using var other = new ContainerBuilder("busybox").WithDockerEndpoint(engine.Address).WithNetwork(network)
            .WithCommand("sh", "-c", "until wget -qO- http://web:8080/index.html; do sleep 0.1; done; echo; echo done; sleep 100")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("done")).Build();
        await other.StartAsync(cancellation);
        var logs = await other.GetLogsAsync(ct: cancellation);
        Assert.Contains("hello", logs.Stdout, StringComparison.Ordinal);
        await web.StopAsync(cancellation);
    }
}
