using System.Net;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Networks;

/// <summary>Networks and endpoints come back from the database as they went in.</summary>
public sealed class RecordTests
{
    [Fact]
    public void A_network_without_ipv4_comes_back_without_it()
    {
        var record = new NetworkRecord
        {
            Id = "n",
            Name = "n",
            Created = DateTimeOffset.UnixEpoch,
            Driver = "bridge",
            EnableIPv4 = false,
            EnableIPv6 = true,
            IpamDriver = "",
            Pools = [new() { Subnet = IPNetwork.Parse("fd00::/64"), Gateway = IPAddress.Parse("fd00::1"), Auxiliary = new() { ["r"] = IPAddress.Parse("fd00::9") } }],
        };
        var read = NetworkJson.Read(NetworkJson.Write(new NetworkDocument(record, record.Pools)))!;
        Assert.False(read.Record.EnableIPv4);
        Assert.Equal(("", "fd00::/64", "fd00::9"), (read.Record.IpamDriver, read.Asked[0].Subnet.ToString(), read.Record.Pools[0].Auxiliary["r"].ToString()));
    }

    [Fact]
    public void A_container_keeps_its_networks_addresses_and_ports()
    {
        var record = PortPlanTests.Record(new ContainerConfig()) with
        {
            Networks = [new("n", new() { Aliases = ["a"], NetworkID = "id", IPAMConfig = new() { IPv4Address = "10.0.0.9" } })],
            Links = [new("target", "db")],
            Endpoints = [new() { Id = "e", NetworkId = "id", ContainerId = "c", InterfaceName = "eth0", IPv4 = IPAddress.Parse("10.0.0.9") }],
            Ports = [new() { Protocol = "tcp", ContainerPort = 80, HostPort = 8080, HostAddress = IPAddress.IPv6Any, Count = 2 }],
        };
        var read = ContainerJson.Read(ContainerJson.Write(record))!;
        Assert.Equal(("n", "a", "10.0.0.9"), (read.Networks[0].Name, read.Networks[0].Asked.Aliases![0], read.Networks[0].Asked.IPAMConfig!.IPv4Address));
        Assert.Equal(record.Links, read.Links);
        Assert.Equal((IPAddress.Parse("10.0.0.9"), "eth0", 0), (read.Endpoints[0].IPv4, read.Endpoints[0].InterfaceName, read.Endpoints[0].Options.Count));
        Assert.Equal((IPAddress.IPv6Any, 2), (read.Ports[0].HostAddress, read.Ports[0].Count));
    }

    [Fact]
    public void A_container_of_before_there_were_networks_is_read()
    {
        var read = ContainerJson.Read("""{"Id":"a","Name":"b","Created":"2026-01-01T00:00:00+00:00","ImageId":"i","Path":"p","Args":[],"Config":{},"HostConfig":{},"Mounts":[],"State":{}}"""u8)!;
        Assert.Empty(read.Networks);
        Assert.Empty(read.Ports);
    }

    [Theory]
    [InlineData("10.0.0.5/16", "invalid subnet 10.0.0.5/16: it should be 10.0.0.0/16")]
    [InlineData("fd00::5/64", "invalid subnet fd00::5/64: it should be fd00::/64")]
    [InlineData("10.0.0.0/33", "invalid subnet 10.0.0.0/33: invalid CIDR block notation")]
    [InlineData("ten", "invalid subnet ten: invalid CIDR block notation")]
    public void A_wrong_subnet_is_named(string subnet, string message) =>
        Assert.Equal(
            "invalid network config:\n" + message,
            Assert.Throws<InvalidArgumentException>(() => IpamRequest.Read(new Ipam { Config = [new() { Subnet = subnet }] })).Message);
}
