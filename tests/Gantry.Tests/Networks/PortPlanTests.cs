using System.Net;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Networks;

public sealed class PortPlanTests
{
    [Fact]
    public void Neighbouring_ports_become_one_request()
    {
        var host = new HostConfig
        {
            PortBindings = Enumerable.Range(9000, 4).ToDictionary(port => $"{port}/tcp", port => new[] { new PortBinding { HostPort = $"{port + 100}" } }),
        };
        var request = Assert.Single(PortPlan.Requests(host, new ContainerConfig()));
        Assert.Equal((9000, 9100, 4, "tcp", null), (request.ContainerPort, request.HostPort, request.Count, request.Protocol, request.HostAddress));
    }

    [Fact]
    public void What_differs_in_protocol_address_or_distance_stays_apart()
    {
        var host = new HostConfig
        {
            PortBindings = new()
            {
                ["80/tcp"] = [new() { HostPort = "8080" }, new() { HostIp = "127.0.0.1", HostPort = "8080" }],
                ["81/tcp"] = [new() { HostPort = "8082" }],
                ["82/udp"] = [new() { HostPort = "8083" }],
                ["83/tcp"] = [new() { HostPort = "9000-9010" }],
                ["84/tcp"] = [],
            },
        };
        var requests = PortPlan.Requests(host, new ContainerConfig());
        Assert.Equal(6, requests.Count);
        Assert.All(requests, request => Assert.Equal(1, request.Count));
        Assert.Equal(9010, requests.Single(request => request.ContainerPort == 83).HostPortEnd);
        Assert.Equal((84, 0), (requests[^1].ContainerPort, requests[^1].HostPort));
    }

    [Fact]
    public void All_exposed_ports_but_those_that_are_bound()
    {
        var host = new HostConfig { PublishAllPorts = true, PortBindings = new() { ["80/tcp"] = [new() { HostPort = "8080" }] } };
        var config = new ContainerConfig { ExposedPorts = new() { ["80/tcp"] = default, ["90-91/udp"] = default } };
        Assert.Equal(
            [(80, 8080), (90, 0), (91, 0)],
            PortPlan.Requests(host, config).Select(request => ((int)request.ContainerPort, (int)request.HostPort)));
    }

    [Theory]
    [InlineData("80/tcp", "", "x", "invalid port specification: \"x\"")]
    [InlineData("80/tcp", "", "70000", "invalid port specification: \"70000\"")]
    [InlineData("80/tcp", "", "9-8", "invalid port specification: \"9-8\"")]
    [InlineData("80/tcp", "here", "80", "invalid IP address: here")]
    [InlineData("80/icmp", "", "80", "invalid port specification: \"80/icmp\"")]
    [InlineData("eighty", "", "80", "invalid port specification: \"eighty\"")]
    public void A_wrong_port_is_named(string port, string address, string hostPort, string message)
    {
        var host = new HostConfig { PortBindings = new() { [port] = [new() { HostIp = address, HostPort = hostPort }] } };
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => PortPlan.Requests(host, new ContainerConfig())).Message);
    }

    [Fact]
    public void Ranges_are_shown_port_by_port_and_exposed_ones_without_a_binding()
    {
        var record = Record(new() { ExposedPorts = new() { ["99/tcp"] = default } }) with
        {
            Ports = [new() { Protocol = "tcp", ContainerPort = 80, HostPort = 8080, Count = 2, HostAddress = IPAddress.Any }],
        };
        var shown = PortPlan.Shown(record);
        Assert.Equal(["80/tcp", "81/tcp", "99/tcp"], shown.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("0.0.0.0", "8081"), (shown["81/tcp"][0].HostIp, shown["81/tcp"][0].HostPort));
        Assert.Null(shown["99/tcp"]);
        Assert.Empty(PortPlan.Listed(record));
        Assert.Equal([(80, 8080), (81, 8081), (99, 0)], PortPlan.Listed(record with { State = new() { Running = true } }).Select(port => (port.PrivatePort, port.PublicPort)));
    }

    internal static ContainerRecord Record(ContainerConfig config, HostConfig? host = null) => new()
    {
        Id = new string('a', 64),
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = "sha256:0",
        Path = "sh",
        Args = [],
        Config = config,
        HostConfig = host ?? new(),
    };
}
