using Gantry.Network.Addresses;
using Gantry.Network.Drivers.Remote;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Network;

/// <summary>How <see cref="NetworkStack.Open"/> works.</summary>
public sealed record NetworkStackOptions
{
    /// <summary>Where subnets come from, in order; null for the defaults (<see cref="Addresses.DefaultPools"/>).</summary>
    public IReadOnlyList<DefaultPool>? AddressPools { get; init; }

    /// <summary>
    /// Distinguishes daemons side by side: what carries the mark of another owner is left alone. Also the name of the
    /// nftables table; at most 32 letters, digits and <c>-</c>.
    /// </summary>
    public string Owner { get; init; } = "gantry";

    /// <summary>The link of the network with the option <c>com.docker.network.bridge.default_bridge</c>.</summary>
    public string DefaultBridge { get; init; } = "gantry0";

    /// <summary>Its address and subnet (<c>bip</c>); null for one of the pools.</summary>
    public (IPAddress Address, int PrefixLength)? DefaultBridgeAddress { get; init; }

    /// <summary>Where ports are published that name no host address; null for all addresses.</summary>
    public IPAddress? DefaultHostAddress { get; init; }

    /// <summary>The kernel's forwarding is switched on where it is off (<c>ip-forward</c>).</summary>
    public bool Forward { get; init; } = true;

    /// <summary>Published ports obey the host's INPUT rules, at the price of a relay (docs/decisions).</summary>
    public bool RespectHostFirewall { get; init; }

    /// <summary>0 for that of the link with the host's default route.</summary>
    public int Mtu { get; init; }

    /// <summary>A container's name, by its id, for messages; null when it is not known.</summary>
    public Func<string, string?> ContainerName { get; init; } = _ => null;

    /// <summary>The namespace that counts as the host's; null for the process's own.</summary>
    public SafeHandle? HostNamespace { get; init; }

    /// <summary>The plug-in for networks of a name; null where there is none.</summary>
    public Func<string, INetworkPlugin?> FindPlugin { get; init; } = _ => null;

    /// <summary>The plug-in for addresses of a name; null where there is none.</summary>
    public Func<string, IAddressPlugin?> FindAddressPlugin { get; init; } = _ => null;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A block that subnets are cut from.</summary>
/// <param name="Base">The block.</param>
/// <param name="Size">The prefix length of each subnet.</param>
public sealed record DefaultPool(IPNetwork Base, int Size);
