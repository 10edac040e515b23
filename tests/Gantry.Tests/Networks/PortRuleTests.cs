using System.Net;
using Gantry.Network.Ports;
using Gantry.Network.Records;

namespace Gantry.Tests.Networks;

/// <summary>Which sets of the table a published port is in.</summary>
public sealed class PortRuleTests
{
    [Theory]
    [InlineData("0.0.0.0", 8080, 80, 1, "anyports4 ownanyports4")]
    [InlineData("192.0.2.2", 8080, 80, 1, "ownports4 ports4")]
    [InlineData("0.0.0.0", 0, 80, 1, "open4")]
    [InlineData("127.0.0.1", 8080, 80, 1, "")]
    [InlineData("0.0.0.0", 8000, 8000, 64, "anyports4 ownanyports4")]
    [InlineData("0.0.0.0", 8000, 8000, 65, "loopbackranges ranges4")]
    [InlineData("192.0.2.2", 8000, 8000, 65, "ranges4")]
    [InlineData("0.0.0.0", 8000, 9000, 65, "anyports4 loopbackports")]
    [InlineData("127.0.0.1", 8000, 8000, 65, "loopbackranges")]
    public void An_address_and_a_length_decide(string address, ushort host, ushort container, int count, string sets)
    {
        var port = new PublishedPort
        {
            Protocol = "tcp",
            HostAddress = IPAddress.Parse(address),
            HostPort = host,
            ContainerPort = container,
            Count = count,
            ContainerAddress = IPAddress.Parse("172.17.0.2"),
        };
        var elements = PortRules.Of([port], _ => "br0");
        Assert.Equal(sets, string.Join(' ', elements.Select(e => e.Set.Name).Distinct().Order(StringComparer.Ordinal)));
        Assert.Empty(PortRules.Of([port with { ContainerAddress = null }], _ => "br0"));
    }

    [Fact]
    public void Ports_meet_where_addresses_and_ranges_do()
    {
        var table = new PortTable();
        table.Set("a", [new PublishedPort { Protocol = "tcp", HostAddress = IPAddress.Any, HostPort = 8000, ContainerPort = 1, Count = 10 }]);
        Assert.Equal("a", table.HolderOf("tcp", IPAddress.Parse("192.0.2.2"), 8009, 1));
        Assert.Equal("a", table.HolderOf("tcp", IPAddress.Any, 7990, 11));
        Assert.Null(table.HolderOf("tcp", IPAddress.Any, 8010, 1));
        Assert.Null(table.HolderOf("udp", IPAddress.Any, 8000, 1));
        Assert.Null(table.HolderOf("tcp", IPAddress.IPv6Any, 8000, 1));
        table.Remove("a");
        Assert.Null(table.HolderOf("tcp", IPAddress.Any, 8000, 1));
    }
}
