using Gantry.Engine.Networks;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Networks;

public sealed class ResolverConfigurationTests
{
    private const string Host = "# made by hand\nnameserver 10.0.0.53\nnameserver 127.0.0.1\ndomain old.example\nsearch a.example b.example\noptions edns0 trust-ad\n";

    [Fact]
    public void The_hosts_own_is_read_and_written() =>
        Assert.Equal(
            "nameserver 10.0.0.53\nnameserver 127.0.0.1\nsearch a.example b.example\noptions edns0 trust-ad\n",
            ResolverConfiguration.Parse(Host).ToString());

    [Fact]
    public void Servers_on_the_hosts_loopback_are_not_the_containers()
    {
        Assert.StartsWith("nameserver 10.0.0.53\nsearch", ResolverConfiguration.Parse(Host).Reachable(ipv6: false).ToString(), StringComparison.Ordinal);
        Assert.Equal("nameserver 8.8.8.8\nnameserver 8.8.4.4\n", ResolverConfiguration.Parse("nameserver 127.0.0.53\n").Reachable(ipv6: false).ToString());
        Assert.Contains("nameserver 2001:4860:4860::8888", ResolverConfiguration.Parse("").Reachable(ipv6: true).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_service_is_asked_first_and_without_the_search_list() =>
        Assert.Equal(
            "nameserver 127.0.0.11\nsearch a.example b.example\noptions edns0 trust-ad ndots:0\n",
            ResolverConfiguration.Parse(Host).ThroughNames().ToString());

    [Theory]
    [InlineData("ndots:2", true)]
    [InlineData("ndots:0", false)]
    [InlineData("timeout:1", false)]
    public void The_containers_ndots_stay(string option, bool set)
    {
        var configuration = ResolverConfiguration.Parse(Host).With(new HostConfig { DnsOptions = [option] }, new NetworkOptions());
        Assert.Equal(set, configuration.ToSettings(hasGateway: true, new Dictionary<string, IReadOnlyList<System.Net.IPAddress>>()).NdotsSet);
    }

    [Fact]
    public void The_container_comes_before_the_daemon_and_the_daemon_before_the_host()
    {
        var daemon = new NetworkOptions { Dns = ["9.9.9.9"], DnsSearch = ["daemon.example"] };
        Assert.Equal(
            "nameserver 1.1.1.1\nsearch daemon.example\noptions edns0 trust-ad\n",
            ResolverConfiguration.Parse(Host).With(new HostConfig { Dns = ["1.1.1.1"] }, daemon).ToString());
        Assert.DoesNotContain("search", ResolverConfiguration.Parse(Host).With(new HostConfig { DnsSearch = ["."] }, daemon).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_on_internal_networks_does_not_reach_out_by_the_hosts_resolver()
    {
        var none = new Dictionary<string, IReadOnlyList<System.Net.IPAddress>>();
        Assert.Empty(ResolverConfiguration.Parse("nameserver 127.0.0.1\n").ToSettings(hasGateway: false, none).Servers);
        Assert.True(ResolverConfiguration.Parse("nameserver 127.0.0.1\n").ToSettings(hasGateway: true, none).FromHost);
        Assert.False(ResolverConfiguration.Parse("nameserver 10.0.0.1\n").ToSettings(hasGateway: true, none).FromHost);
    }
}
