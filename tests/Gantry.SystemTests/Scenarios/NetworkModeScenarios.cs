using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>The predefined networks, another container's network, and the files that speak of names.</summary>
public sealed class NetworkModeScenarios(World world, NetworkWorld networks) : ScenarioSuite(world, networks)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_default_network(string way) => Play(way, async stage =>
    {
        var (one, two) = (stage.Name("one"), stage.Name("two"));
        (await stage.Run($"run -d --name {one} busybox busybox httpd -f -p 80 -h /etc")).Succeeds();
        var address = (await stage.Run($"inspect -f '{{{{.NetworkSettings.IPAddress}}}}' {one}")).Matches(@"^\d+\.\d+\.\d+\.\d+$").Text;
        (await stage.Run($"inspect -f '{{{{.NetworkSettings.Networks.bridge.IPAddress}}}} {{{{.NetworkSettings.IPPrefixLen}}}}' {one}")).Matches($@"^{address} \d+$");
        (await stage.Run($"run --rm --name {two} busybox wget -qO- http://{address}/hostname")).Matches("^[0-9a-f]{12}$");
        (await stage.Run($"run --rm busybox sh -c 'timeout 5 wget -qO- http://{one}/hostname || exit 1'")).Fails();
        (await stage.Run($"exec {one} ip route")).Matches(@"default via \d+\.\d+\.\d+\.\d+ dev eth0");
        (await stage.Run($"exec {one} cat /etc/hosts")).Matches($@"(?m)^{address}\t[0-9a-f]{{12}}$").Contains("127.0.0.1\tlocalhost");
        (await stage.Run($"network inspect -f '{{{{range .Containers}}}}{{{{.Name}}}};{{{{end}}}}' bridge")).Contains($"{one};");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Another_containers_network(string way) => Play(way, async stage =>
    {
        var (owner, guest) = (stage.Name("owner"), stage.Name("guest"));
        (await stage.Run($"run -d --name {owner} --hostname inn busybox busybox httpd -f -p 80 -h /etc")).Succeeds();
        (await stage.Run($"run --rm --name {guest} --network container:{owner} busybox sh -c 'wget -qO- http://127.0.0.1/hostname; hostname; cat /etc/hostname'")).Prints("inn\ninn\ninn");
        (await stage.Run($"run -d --name {guest} --network container:{owner} busybox sleep 1000")).Succeeds();
        var id = (await stage.Run($"inspect -f '{{{{.Id}}}}' {owner}")).Text;
        (await stage.Run($"inspect -f '{{{{.HostConfig.NetworkMode}}}} {{{{json .NetworkSettings.Networks}}}}' {guest}")).Prints($"container:{id} {{}}");
        (await stage.Run($"network connect bridge {guest}")).Exits(1).SaysLike("container sharing network namespace with another container or host cannot be connected to any other network");
        (await stage.Run($"stop -t 0 {owner} {guest}")).Succeeds();
        (await stage.Run($"start {guest}")).Exits(1).SaysLike("cannot join network( namespace)? of a non running container");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task The_hosts_network_and_none(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --rm --network host busybox ip -4 -o address")).Contains(NetworkWorld.HostAddress);
        (await stage.Run("run --rm --network none busybox ip -4 -o address")).Lacks("eth0").Contains("127.0.0.1/8");
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network host busybox sleep 1000")).Succeeds();
        (await stage.Run($"inspect -f '{{{{range $n, $e := .NetworkSettings.Networks}}}}{{{{$n}}}} {{{{$e.IPAddress}}}}{{{{end}}}}' {name}")).Prints("host ");
        (await stage.Run($"network connect bridge {name}")).Exits(1).SaysLike("cannot be connected to any other network");
        (await stage.Run($"network disconnect host {name}")).Exits(1).SaysLike("cannot be disconnected from host network|cannot disconnect container from host network");
        (await stage.Run($"run -d --name {stage.Name("n")} --network none busybox sleep 1000")).Succeeds();
        (await stage.Run($"network connect bridge {stage.Name("n")}")).Exits(1).SaysLike("private \\(none\\) mode");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Names_in_files(string way) => Play(way, async stage =>
    {
        (await stage.Run("run --rm --hostname box --domainname example.org --add-host db:10.1.2.3 --add-host outside:host-gateway busybox cat /etc/hosts"))
            .Matches(@"(?m)^10\.1\.2\.3\tdb$").Matches(@"(?m)^\d+\.\d+\.\d+\.\d+\toutside$").Matches(@"(?m)\tbox\.example\.org box$");
        (await stage.Run("run --rm --dns 9.9.9.9 --dns-search example.org --dns-option ndots:3 busybox cat /etc/resolv.conf"))
            .Contains("nameserver 9.9.9.9").Contains("search example.org").Contains("options ndots:3");
        var network = stage.Network();
        (await stage.Run($"network create {network}")).Succeeds();
        (await stage.Run($"run --rm --network {network} --dns 9.9.9.9 --dns-search example.org busybox cat /etc/resolv.conf"))
            .Contains("nameserver 127.0.0.11").Contains("search example.org").Contains("ndots:0").Lacks("nameserver 9.9.9.9");
        (await stage.Run("run --rm --add-host nonsense busybox true")).Exits(125).SaysLike("bad format for add-host");
        (await stage.Run("run --rm --dns nonsense busybox true")).Exits(125).SaysLike("IP address is not correctly formatted");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Links(string way) => Play(way, async stage =>
    {
        var (target, network) = (stage.Name("target"), stage.Network());
        (await stage.Run($"run -d --name {target} --expose 80 -e COLOUR=red busybox sleep 1000")).Succeeds();
        var address = (await stage.Run($"inspect -f '{{{{.NetworkSettings.IPAddress}}}}' {target}")).Text;
        (await stage.Run($"run --rm --link {target}:db busybox sh -c 'cat /etc/hosts; env'"))
            .Matches($@"(?m)^{address}\tdb [0-9a-f]{{12}} {target}$").Contains($"DB_PORT_80_TCP_ADDR={address}").Contains("DB_ENV_COLOUR=red");
        var user = stage.Name("user");
        (await stage.Run($"run -d --name {user} --link {target}:db busybox sleep 1000")).Succeeds();
        (await stage.Run($"exec {user} env")).Contains($"DB_PORT_80_TCP=tcp://{address}:80").Contains($"DB_NAME=/{user}/db");
        (await stage.Run("run --rm --link nothing-of-this-name busybox true")).Exits(125).SaysLike("could not get container for nothing-of-this-name");
        (await stage.Run($"run --rm --network host --link {target} busybox true")).Exits(125).SaysLike("host type networking can't be used with links");
        (await stage.Run($"network create {network}")).Succeeds();
        (await stage.Run($"network connect {network} {target}")).Succeeds();
        (await stage.Run($"run --rm --network {network} --link {target}:alias busybox ping -c 1 -W 2 alias")).Succeeds();
    });
}
