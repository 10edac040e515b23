using System.Net;

namespace Gantry.Engine.Networks;

/// <summary>What the daemon is told of networks, in the terms of Docker's daemon.json.</summary>
public sealed record NetworkOptions
{
    /// <summary><c>default-address-pools</c>: where subnets of new networks come from. Empty for the built-in ones.</summary>
    public IReadOnlyList<DefaultAddressPool> AddressPools { get; init; } = [];

    /// <summary><c>bip</c>: the default bridge's own address and subnet.</summary>
    public (IPAddress Address, int Length)? BridgeAddress { get; init; }

    /// <summary><c>fixed-cidr</c>: where addresses on the default bridge come from.</summary>
    public IPNetwork? BridgeRange { get; init; }

    /// <summary><c>bip6</c>.</summary>
    public (IPAddress Address, int Length)? BridgeAddress6 { get; init; }

    /// <summary><c>fixed-cidr-v6</c>.</summary>
    public IPNetwork? BridgeRange6 { get; init; }

    /// <summary><c>default-network-opts</c>: options of new networks that do not set them.</summary>
    public IReadOnlyList<(string Driver, string Name, string Value)> DriverOptions { get; init; } = [];

    /// <summary><c>ipv6</c>: the default bridge has addresses of version 6 too.</summary>
    public bool BridgeIPv6 { get; init; }

    /// <summary><c>mtu</c> of the default bridge; 0 for the kernel's.</summary>
    public int Mtu { get; init; }

    /// <summary><c>ip</c>: the host's address for published ports that name none.</summary>
    public IPAddress? PublishAddress { get; init; }

    /// <summary><c>icc</c>: containers on the default bridge may talk to each other.</summary>
    public bool InterContainer { get; init; } = true;

    /// <summary><c>ip-masq</c>: what leaves the default bridge has the host's address.</summary>
    public bool Masquerade { get; init; } = true;

    /// <summary><c>ip-forward</c>: the kernel's forwarding may be switched on.</summary>
    public bool Forward { get; init; } = true;

    /// <summary><c>dns</c>.</summary>
    public IReadOnlyList<string> Dns { get; init; } = [];

    /// <summary><c>dns-search</c>.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary><c>dns-opts</c>.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary><c>host-gateway-ip</c>: what <c>--add-host name:host-gateway</c> means. Empty for the default bridge's gateway.</summary>
    public IReadOnlyList<IPAddress> HostGateways { get; init; } = [];

    /// <summary><c>respect-host-firewall</c>: published ports obey the host's own rules for incoming traffic.</summary>
    public bool RespectHostFirewall { get; init; }

    /// <summary>Lists are equal where their elements are.</summary>
    public bool IsSameAs(NetworkOptions other) =>
        this == other with { AddressPools = AddressPools, DriverOptions = DriverOptions, Dns = Dns, DnsSearch = DnsSearch, DnsOptions = DnsOptions, HostGateways = HostGateways }
        && AddressPools.SequenceEqual(other.AddressPools) && DriverOptions.SequenceEqual(other.DriverOptions) && Dns.SequenceEqual(other.Dns)
        && DnsSearch.SequenceEqual(other.DnsSearch) && DnsOptions.SequenceEqual(other.DnsOptions) && HostGateways.SequenceEqual(other.HostGateways);
}

/// <param name="Base">The range that subnets are cut from.</param>
/// <param name="Size">The length of their prefixes.</param>
public sealed record DefaultAddressPool(IPNetwork Base, int Size);
