using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Networks and who is on them.</summary>
public sealed class NetworkScenarios(World world, NetworkWorld networks) : ScenarioSuite(world, networks)
{
    private const string Serve = "busybox httpd -f -p 80 -h /etc";

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Containers_talk_by_name_on_their_own_network_only(string way) => Play(way, async stage =>
    {
        var (own, other) = (stage.Network("own"), stage.Network("other"));
        (await stage.Run($"network create {own}")).Matches("^[0-9a-f]{64}$");
        (await stage.Run($"network create {other}")).Succeeds();
        var web = stage.Name("web");
        var id = (await stage.Run($"run -d --name {web} --network {own} --network-alias www --network-alias site busybox {Serve}")).Succeeds().Text;
        foreach (var name in (string[])[web, "www", "site", id[..12], $"{web}.{own}"])
        {
            (await stage.Run($"run --rm --network {own} busybox wget -qO- http://{name}/hostname")).Prints(id[..12]);
        }

        (await stage.Run($"run --rm --network {other} busybox sh -c 'timeout 5 wget -qO- http://{web}/hostname || exit 1'")).Fails();
        var address = (await stage.Run($"inspect -f '{{{{(index .NetworkSettings.Networks \"{own}\").IPAddress}}}}' {web}")).Matches(@"^\d+\.\d+\.\d+\.\d+$").Text;
        (await stage.Run($"run --rm --network {other} busybox sh -c 'timeout 3 wget -qO- http://{address}/hostname || exit 1'")).Fails();
        (await stage.Run($"run --rm --network none busybox ip -o link")).Lacks("eth0");
        (await stage.Run($"run --rm --network {own} busybox cat /etc/resolv.conf")).Contains("nameserver 127.0.0.11");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_life_of_a_network(string way) => Play(way, async stage =>
    {
        var name = stage.Network();
        var id = (await stage.Run($"network create --label purpose=test --subnet 10.31.0.0/16 --ip-range 10.31.5.0/24 --gateway 10.31.0.254 --aux-address router=10.31.5.0 -o com.docker.network.driver.mtu=1400 {name}")).Succeeds().Text;
        (await stage.Run($"network ls --filter name={name} --format '{{{{.ID}}}} {{{{.Name}}}} {{{{.Driver}}}} {{{{.Scope}}}}'")).Prints($"{id[..12]} {name} bridge local");
        (await stage.Run($"network ls -q --no-trunc --filter label=purpose=test --filter driver=bridge --filter type=custom --filter id={id[..10]}")).Contains(id);
        Assert.Contains(id, await stage.Engine.Http.GetStringAsync(new Uri("networks/", UriKind.Relative)), StringComparison.Ordinal);
        (await stage.Run("network ls --filter type=builtin --format '{{.Name}}/{{.Driver}}'")).Prints("bridge/bridge\nhost/host\nnone/null");
        (await stage.Run($"network inspect -f '{{{{json .IPAM.Config}}}}' {id[..8]}")).Prints("[{\"Subnet\":\"10.31.0.0/16\",\"IPRange\":\"10.31.5.0/24\",\"Gateway\":\"10.31.0.254\",\"AuxiliaryAddresses\":{\"router\":\"10.31.5.0\"}}]");
        (await stage.Run($"network inspect -f '{{{{.Name}}}} {{{{.Internal}}}} {{{{.Labels.purpose}}}} {{{{index .Options \"com.docker.network.driver.mtu\"}}}}' {name}")).Prints($"{name} false test 1400");

        var container = stage.Name();
        (await stage.Run($"run -d --name {container} --network {name} busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {container} ip -4 -o address show eth0")).Matches(@"inet 10\.31\.5\.\d+/16 ");
        (await stage.Run($"exec {container} cat /sys/class/net/eth0/mtu")).Prints("1400");
        (await stage.Run($"exec {container} ip route")).Contains("default via 10.31.0.254 dev eth0");
        (await stage.Run($"network inspect -f '{{{{range .Containers}}}}{{{{.Name}}}} {{{{.IPv4Address}}}}{{{{end}}}}' {name}")).Matches($@"^{container} 10\.31\.5\.\d+/16$");
        (await stage.Run($"network rm {name}")).Exits(1).SaysLike($"network {name} (id {id} )?has active endpoints");
        (await stage.Run("network prune -f --filter label=purpose=test")).Succeeds().Lacks(name);
        (await stage.Run($"rm -f {container}")).Succeeds();
        (await stage.Run($"network rm {name}")).Prints(name);
        (await stage.Run($"network inspect {name}")).Exits(1).SaysLike($"network {name} not found");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Unused_networks_are_pruned(string way) => Play(way, async stage =>
    {
        var (kept, gone) = (stage.Network("kept"), stage.Network("gone"));
        // Others' networks stay: those are about to be used.
        (await stage.Run($"network create --label suite={kept} --label keep {kept}")).Succeeds();
        (await stage.Run($"network create --label suite={kept} {gone}")).Succeeds();
        (await stage.Run($"network prune -f --filter label=suite={kept} --filter label!=keep")).Contains("Deleted Networks:").Contains(gone).Lacks(kept);
        (await stage.Run("network prune -f --filter nonsense=1")).Exits(1).SaysLike("invalid filter");
        (await stage.Run("network prune", input: "n\n")).Contains("WARNING! This will remove all custom networks").Lacks("Deleted");
        (await stage.Run($"network inspect -f '{{{{.Name}}}}' {kept}")).Prints(kept);
        (await stage.Run($"network rm -f {kept} nothing-of-this-name")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Connect_and_disconnect_a_running_container(string way) => Play(way, async stage =>
    {
        var (first, second) = (stage.Network("a"), stage.Network("b"));
        (await stage.Run($"network create --subnet 10.32.0.0/16 {first}")).Succeeds();
        (await stage.Run($"network create --subnet 10.33.0.0/16 {second}")).Succeeds();
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network {first} --ip 10.32.7.7 busybox {Serve}")).Succeeds();
        (await stage.Run($"network connect --ip 10.33.8.8 --alias here {second} {name}")).Succeeds();
        (await stage.Run($"exec {name} ip -4 -o address")).Matches(@"eth0 +inet 10\.32\.7\.7/16").Matches(@"eth1 +inet 10\.33\.8\.8/16");
        (await stage.Run($"run --rm --network {second} busybox wget -qO- http://here/hostname")).Succeeds();
        (await stage.Run($"exec {name} cat /etc/hosts")).Contains("10.32.7.7\t").Contains("10.33.8.8\t");
        (await stage.Run($"network connect {second} {name}")).Exits(1).SaysLike($"endpoint with name {name} already exists in network {second}");
        (await stage.Run($"network disconnect {first} {name}")).Succeeds();
        (await stage.Run($"exec {name} ip -4 -o address")).Lacks("10.32.7.7").Contains("10.33.8.8/16");
        (await stage.Run($"exec {name} ip route")).Contains("default via 10.33.0.1");
        (await stage.Run($"network disconnect {first} {name}")).Exits(1).SaysLike("is not connected to (the )?network");
        (await stage.Run($"inspect -f '{{{{range $n, $e := .NetworkSettings.Networks}}}}{{{{$n}}}}={{{{$e.IPAddress}}}};{{{{end}}}}' {name}")).Prints($"{second}=10.33.8.8;");

        (await stage.Run($"stop -t 0 {name}")).Succeeds();
        (await stage.Run($"network connect --ip 10.32.7.8 {first} {name}")).Succeeds();
        (await stage.Run($"start {name}")).Succeeds();
        (await stage.Run($"exec {name} ip -4 -o address")).Contains("10.32.7.8/16").Contains("10.33.8.8/16");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_networks_cannot_be(string way) => Play(way, async stage =>
    {
        var name = stage.Network();
        (await stage.Run($"network create --subnet 10.34.0.0/16 {name}")).Succeeds();
        (await stage.Run($"network create {name}")).Exits(1).SaysLike($"network with name {name} already exists");
        (await stage.Run($"network create --subnet 10.34.128.0/24 {stage.Network("x")}")).Exits(1).SaysLike("overlaps");
        (await stage.Run($"network create --driver no-such {stage.Network("x")}")).Exits(1).SaysLike("plugin \"no-such\" not found");
        (await stage.Run($"network create --subnet nonsense {stage.Network("x")}")).Exits(1).SaysLike("invalid (subnet|CIDR).*nonsense|nonsense.*invalid CIDR");
        (await stage.Run($"network create --gateway 10.9.0.1 {stage.Network("x")}")).Exits(1).SaysLike("every ip-range or gateway must have a corresponding subnet");
        (await stage.Run($"network create --subnet 10.35.0.0/16 --gateway 10.9.0.1 {stage.Network("x")}")).Exits(1).SaysLike("no matching subnet for gateway 10.9.0.1");
        (await stage.Run("network create bridge")).Exits(1).SaysLike("operation is not permitted on predefined bridge network");
        (await stage.Run($"network create -d host {stage.Network("x")}")).Exits(1).SaysLike("only one instance of \"host\" network is allowed");
        (await stage.Run("network rm bridge")).Exits(1).SaysLike("bridge is a pre-defined network and cannot be removed");
        (await stage.Run("network rm nothing-of-this-name")).Exits(1).SaysLike("network nothing-of-this-name not found");
        (await stage.Run("network ls --filter type=nonsense")).Exits(1).SaysLike("invalid filter.*nonsense");
        (await stage.Run("network create")).Exits(1).SaysLike("requires 1 argument");
        (await stage.Run($"network connect {name} nothing-of-this-name")).Exits(1).SaysLike("no such container: nothing-of-this-name");
        (await stage.Run($"network disconnect -f {name} nothing-of-this-name")).Exits(1).SaysLike("endpoint nothing-of-this-name not found");
        (await stage.Run("network ls --format '{{.Name}}'")).Lacks(stage.Network("x"));
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_a_container_cannot_ask_of_networks(string way) => Play(way, async stage =>
    {
        var (name, free) = (stage.Network(), stage.Network("free"));
        (await stage.Run($"network create --subnet 10.36.0.0/24 {name}")).Succeeds();
        (await stage.Run($"network create {free}")).Succeeds();
        (await stage.Run($"run --rm --network {name} --ip 10.37.0.5 busybox true")).Exits(125).SaysLike("10\\.37\\.0\\.5");
        (await stage.Run($"run --rm --network {free} --ip 10.37.0.5 busybox true")).Exits(125).SaysLike("only when connecting to networks with user configured subnets");
        (await stage.Run("run --rm --ip 10.37.0.5 busybox true")).Exits(125).SaysLike("user specified IP address is supported on user defined networks only");
        (await stage.Run("run --rm --network-alias x busybox true")).Exits(125).SaysLike("network-scoped alias(es)? (is|are) only supported for user-defined networks");
        (await stage.Run("run --rm --network no-such-network busybox true")).Exits(125).SaysLike("network no-such-network not found");
        (await stage.Run("run --rm --network container:nothing-of-this-name busybox true")).Exits(125).SaysLike("no such container: nothing-of-this-name");
        (await stage.Run($"run -d --name {stage.Name("a")} --network {name} --ip 10.36.0.9 busybox sleep 1000")).Succeeds();
        (await stage.Run($"run --rm --network {name} --ip 10.36.0.9 busybox true")).Exits(125).SaysLike("address already in use");
        (await stage.Run($"run --rm --network container:{stage.Name("a")} --hostname x busybox true")).Exits(125).SaysLike("conflicting options: hostname and the network mode");
        (await stage.Run($"run --rm --network container:{stage.Name("a")} -p 80 busybox true")).Exits(125).SaysLike("conflicting options: port publishing and the container type network mode");
        (await stage.Run($"network connect host {stage.Name("a")}")).Exits(1).SaysLike("cannot connect container to host network|connected to host network");
        (await stage.Run($"run --rm --network {name} --network {name} busybox true")).Exits(125).SaysLike("is specified multiple times");
        (await stage.Run($"run --rm --network bridge --network {name} busybox true")).Exits(125).SaysLike("cannot attach both user-defined and non-user-defined network-modes");
    });
}
