using System.Net;
using Gantry.Engine.Networks;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;
using AddressPool = Gantry.Network.Records.AddressPool;

namespace Gantry.Tests.Networks;

public sealed class EndpointRulesTests
{
    private static readonly EngineNetwork Own = Network("own", new AddressPool { Subnet = IPNetwork.Parse("10.1.0.0/16") });
    private static readonly EngineNetwork Free = Network("free");
    private static readonly EngineNetwork Bridge = Network("bridge");

    public static TheoryData<string, EndpointSettings, string> Refused => new()
    {
        { "own", new() { IPAMConfig = new() { IPv4Address = "10.2.0.1" } }, "no configured subnet contains IP address 10.2.0.1" },
        { "own", new() { IPAMConfig = new() { IPv4Address = "ten" } }, "invalid IPv4 address: ten" },
        { "own", new() { IPAMConfig = new() { IPv4Address = "fd00::1" } }, "invalid IPv4 address: fd00::1" },
        { "own", new() { IPAMConfig = new() { IPv6Address = "fd00::1" } }, "only when connecting to networks with user configured subnets" },
        { "own", new() { IPAMConfig = new() { LinkLocalIPs = ["x"] } }, "invalid link-local IP address: x" },
        { "own", new() { MacAddress = "02:42" }, "invalid MAC address: 02:42" },
        { "own", new() { Links = ["a:b:c"] }, "invalid link: a:b:c" },
        { "own", new() { DriverOpts = new() { [EndpointSettings.SysctlsOption] = "net.ipv4.conf.eth0.forwarding=1" } }, "to have format net.X.Y.IFNAME.Z" },
        { "own", new() { DriverOpts = new() { [EndpointSettings.SysctlsOption] = "net.ipv4.conf.IFNAME.../../kernel/panic=1" } }, "to have format net.X.Y.IFNAME.Z" },
        { "own", new() { DriverOpts = new() { [EndpointSettings.SysctlsOption] = "net.ipv4.conf.IFNAME.a=1,net.ipv4.conf.IFNAME.b" } }, "to have format name=value" },
        { "free", new() { IPAMConfig = new() { IPv4Address = "10.2.0.1" } }, "only when connecting to networks with user configured subnets" },
        { "bridge", new() { IPAMConfig = new() { IPv4Address = "10.2.0.1" } }, "supported on user defined networks only" },
        { "bridge", new() { Aliases = ["x"] }, "network-scoped aliases are only supported for user-defined networks" },
    };

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Is_refused_by_name(string network, EndpointSettings settings, string part)
    {
        var failure = Assert.Throws<InvalidArgumentException>(() => EndpointRules.Check(network, new[] { Own, Free, Bridge }.Single(one => one.Name == network), settings));
        Assert.StartsWith($"invalid config for network {network}: invalid endpoint settings:\n", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var settings = new EndpointSettings { IPAMConfig = new() { IPv4Address = "10.2.0.1" }, Aliases = ["x"], MacAddress = "x" };
        Assert.Equal(4, Assert.Throws<InvalidArgumentException>(() => EndpointRules.Check("bridge", Bridge, settings)).Message.Split('\n').Length);
    }

    [Fact]
    public void What_is_right_passes() => EndpointRules.Check("own", Own, new()
    {
        IPAMConfig = new() { IPv4Address = "10.1.2.3", LinkLocalIPs = ["169.254.1.1"] },
        Aliases = ["x"],
        Links = ["db", "db:alias", "/db:/web/alias"],
        MacAddress = "02:42:0a:00:00:01",
    });

    [Fact]
    public void A_network_that_is_used_cannot_go_and_one_that_goes_takes_nobody_in()
    {
        var network = Network("n");
        var endpoint = new EndpointRecord { Id = "e", NetworkId = "n", ContainerId = "c", InterfaceName = "eth0" };
        network.Enter(endpoint);
        Assert.False(network.TryGo());
        network.Leave("c");
        Assert.True(network.TryGo());
        Assert.Throws<NotFoundException>(() => network.Enter(endpoint));
        network.Stay();
        network.Enter(endpoint);
    }

    private static EngineNetwork Network(string name, params AddressPool[] asked) => new(new NetworkDocument(
        new NetworkRecord { Id = name, Name = name, Created = DateTimeOffset.UnixEpoch, Driver = "bridge", Pools = asked }, asked));
}
