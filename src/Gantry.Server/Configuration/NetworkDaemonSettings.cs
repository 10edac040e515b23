using System.Globalization;
using System.Net;
using Gantry.Engine.Networks;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>The settings of networks, by Docker's names.</summary>
internal static class NetworkDaemonSettings
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        Setting("bip", "bip", "address/length", "The default bridge's address and subnet",
            (networks, value) => networks with { BridgeAddress = AddressAndLength("bip", value) }),
        Setting("bip6", "bip6", "address/length", "The default bridge's address and subnet of version 6",
            (networks, value) => networks with { BridgeAddress6 = AddressAndLength("bip6", value) }),
        Setting("default-network-opt", "default-network-opts", "driver=option=value", "An option of new networks of a driver that do not set it; may be repeated",
            (networks, value) => networks with { DriverOptions = [.. networks.DriverOptions, DriverOption(value)] }) with { Unfold = static drivers => drivers.EnumerateObject().SelectMany(driver => DaemonJson.Pairs(driver.Value), (driver, option) => $"{driver.Name}={option}") },
        Setting("default-address-pool", "default-address-pools", "base=subnet,size=n", "Where subnets of new networks come from; may be repeated",
            (networks, value) => networks with { AddressPools = [.. networks.AddressPools, Pool(value)] }) with { Unfold = static pool => [string.Join(',', DaemonJson.Pairs(pool))] },
        Setting("dns", "dns", "address", "A DNS server for containers; may be repeated",
            (networks, value) => networks with { Dns = [.. networks.Dns, Address("dns", value).ToString()] }),
        Setting("dns-opt", "dns-opts", "option", "A DNS option for containers; may be repeated",
            (networks, value) => networks with { DnsOptions = [.. networks.DnsOptions, value] }),
        Setting("dns-search", "dns-search", "domain", "A DNS search domain for containers; may be repeated",
            (networks, value) => networks with { DnsSearch = [.. networks.DnsSearch, value] }),
        Setting("fixed-cidr", "fixed-cidr", "subnet", "Where addresses on the default bridge come from",
            (networks, value) => networks with { BridgeRange = Subnet("fixed-cidr", value) }),
        Setting("fixed-cidr-v6", "fixed-cidr-v6", "subnet", "Where addresses of version 6 on the default bridge come from",
            (networks, value) => networks with { BridgeRange6 = Subnet("fixed-cidr-v6", value) }),
        Setting("host-gateway-ip", "host-gateway-ips", "address", "What host-gateway in --add-host means (default the default bridge's address); may be repeated",
            (networks, value) => networks with { HostGateways = [.. networks.HostGateways, Address("host-gateway-ip", value)] }) with { FormerKey = "host-gateway-ip" },
        Setting("icc", "icc", null, "Containers on the default bridge may talk to each other (default true)",
            (networks, value) => networks with { InterContainer = DaemonSetting.Switch("icc", value) }),
        Setting("ip", "ip", "address", "The host's address for published ports that name none (default 0.0.0.0)",
            (networks, value) => networks with { PublishAddress = Address("ip", value) }),
        Setting("ip-forward", "ip-forward", null, "The kernel's forwarding is switched on where networks need it (default true)",
            (networks, value) => networks with { Forward = DaemonSetting.Switch("ip-forward", value) }),
        Setting("ip-masq", "ip-masq", null, "What leaves the default bridge has the host's address (default true)",
            (networks, value) => networks with { Masquerade = DaemonSetting.Switch("ip-masq", value) }),
        Setting("ipv6", "ipv6", null, "The default bridge has addresses of version 6 too",
            (networks, value) => networks with { BridgeIPv6 = DaemonSetting.Switch("ipv6", value) }),
        Setting("mtu", "mtu", "bytes", "The largest packet on the default bridge (default that of the host's way out)",
            (networks, value) => networks with { Mtu = Mtu(value) }),
        Setting("respect-host-firewall", "respect-host-firewall", null, "Published ports obey the host's own rules for incoming traffic",
            (networks, value) => networks with { RespectHostFirewall = DaemonSetting.Switch("respect-host-firewall", value) }),
    ];

    private static DaemonSetting Setting(string flag, string key, string? value, string help, Func<NetworkOptions, string, NetworkOptions> apply) =>
        new(flag, key, null, value, help, (options, text) => options with { Networks = apply(options.Networks, text) });

    private static (string Driver, string Name, string Value) DriverOption(string value) => value.Split('=', 3) is [var driver, var name, var text]
        ? (driver, name, text)
        : throw new InvalidArgumentException($"invalid default-network-opt \"{value}\": driver=option=value is needed, as in bridge=com.docker.network.driver.mtu=1400");

    private static IPAddress Address(string name, string value) => IPAddress.TryParse(value, out var address)
        ? address
        : throw new InvalidArgumentException($"invalid {name} \"{value}\": an IP address is needed");

    private static IPNetwork Subnet(string name, string value) => IPNetwork.TryParse(value, out var subnet)
        ? subnet
        : throw new InvalidArgumentException($"invalid {name} \"{value}\": a subnet is needed, as in 172.20.0.0/16");

    private static (IPAddress, int) AddressAndLength(string name, string value) =>
        value.Split('/') is [var left, var right] && IPAddress.TryParse(left, out var address)
        && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length < address.GetAddressBytes().Length * 8
            ? (address, length)
            : throw new InvalidArgumentException($"invalid {name} \"{value}\": an address and its subnet's length are needed, as in 172.20.0.1/16");

    private static int Mtu(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) && mtu is 0 or (>= 68 and <= 65535)
        ? mtu
        : throw new InvalidArgumentException($"invalid mtu \"{value}\": a number from 68 to 65535 is needed, or 0 for the default");

    private static DefaultAddressPool Pool(string value)
    {
        var fields = value.Split(',').Select(field => field.Split('=', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0].ToLowerInvariant(), field => field[1]);
        return fields.Count == 2 && fields.TryGetValue("base", out var block) && fields.TryGetValue("size", out var size)
            && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && Subnet("base of a default-address-pool", block) is var subnet && length >= subnet.PrefixLength && length < subnet.BaseAddress.GetAddressBytes().Length * 8
                ? new DefaultAddressPool(subnet, length)
                : throw new InvalidArgumentException($"invalid default-address-pool \"{value}\": base=<subnet>,size=<length of the subnets cut from it> is needed");
    }
}
