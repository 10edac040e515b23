using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>IPv6, further addresses, and the way out of a container on several networks.</summary>
public sealed class AddressScenarios(World world, NetworkWorld networks) : ScenarioSuite(world, networks)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_network_with_IPv6(string way) => Play(way, async stage =>
    {
        var (network, server) = (stage.Network(), stage.Name("server"));
        (await stage.Run($"network create --ipv6 --subnet 10.41.0.0/16 --subnet fd00:41::/64 {network}")).Succeeds();
        (await stage.Run($"network inspect -f '{{{{.EnableIPv6}}}} {{{{len .IPAM.Config}}}}' {network}")).Prints("true 2");
        var id = (await stage.Run($"run -d --name {server} --network {network} --ip6 fd00:41::77 -p 8641:80 busybox busybox httpd -f -p [::]:80 -h /etc")).Succeeds().Text;
        (await stage.Run($"inspect -f '{{{{with index .NetworkSettings.Networks \"{network}\"}}}}{{{{.GlobalIPv6Address}}}}/{{{{.GlobalIPv6PrefixLen}}}} {{{{.IPv6Gateway}}}}{{{{end}}}}' {server}")).Prints("fd00:41::77/64 fd00:41::1");
        (await stage.Run($"exec {server} ip -6 route")).Contains("default via fd00:41::1 dev eth0");
        (await stage.Run($"run --rm --network {network} busybox ping -6 -c 1 -W 3 {server}")).Succeeds().Contains("fd00:41::77");
        (await stage.Run($"run --rm --network {network} busybox ping -4 -c 1 -W 3 {server}")).Succeeds().Contains("10.41.");
        (await stage.Run($"run --rm --network {network} busybox wget -qO- http://[fd00:41::77]/hostname")).Prints(id[..12]);
        (await stage.Engine.Sandbox.RunAsync("timeout", "5", "busybox", "wget", "-qO-", "http://[::1]:8641/hostname")).Prints(id[..12]);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_further_address_of_the_link(string way) => Play(way, async stage =>
    {
        var (network, name) = (stage.Network(), stage.Name());
        (await stage.Run($"network create --subnet 10.42.0.0/16 {network}")).Succeeds();
        (await stage.Run($"run -d --name {name} --network {network} --link-local-ip 169.254.9.9 busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {name} ip -4 -o address show eth0")).Contains("inet 10.42.0.2/16").Contains("inet 169.254.9.9/16");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Several_networks_at_the_start(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (a, b, name) = (stage.Network("a"), stage.Network("b"), stage.Name());
        (await stage.Run($"network create --subnet 10.43.0.0/16 {a}")).Succeeds();
        (await stage.Run($"network create --subnet 10.44.0.0/16 {b}")).Succeeds();
        (await stage.Run($"run -d --name {name} --network name={b},ip=10.44.7.7,alias=here,mac-address=02:00:00:00:44:07 --network {a} busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {name} ip -4 -o address")).Matches(@"eth0 +inet 10\.43\.0\.2/16").Matches(@"eth1 +inet 10\.44\.7\.7/16");
        (await stage.Run($"exec {name} cat /sys/class/net/eth1/address")).Prints("02:00:00:00:44:07");
        (await stage.Run($"exec {name} ip route")).Contains("default via 10.43.0.1 dev eth0");
        (await stage.Run($"run --rm --network {b} busybox ping -c 1 -W 3 here")).Contains("10.44.7.7");
        (await stage.Run($"rm -f {name}")).Succeeds();

        (await stage.Run($"run -d --name {name} --network {a} --network name={b},gw-priority=5 busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {name} ip route")).Matches(@"default via 10\.44\.0\.1 dev eth\d");
        (await stage.Run($"network disconnect {b} {name}")).Succeeds();
        (await stage.Run($"exec {name} ip route")).Contains("default via 10.43.0.1");
        (await stage.Run($"network connect --gw-priority 9 {b} {name}")).Succeeds();
        (await stage.Run($"exec {name} ip route")).Contains("default via 10.44.0.1");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_network_finds_its_own_IPv6_subnet(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        var (network, name) = (stage.Network(), stage.Name());
        (await stage.Run($"network create --ipv6 {network}")).Succeeds();
        (await stage.Run($"run -d --name {name} --network {network} busybox sleep 1000")).Succeeds();
        var address = (await stage.Run($"inspect -f '{{{{(index .NetworkSettings.Networks \"{network}\").GlobalIPv6Address}}}}' {name}")).Matches("^fd[0-9a-f:]+$").Text;
        (await stage.Engine.Sandbox.RunAsync("ping", "-6", "-c", "1", "-W", "3", address)).Succeeds();
    });
}
