using System.Net;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>How a bridge network and the outside reach each other (com.docker.network.bridge.gateway_mode_*).</summary>
internal enum GatewayMode
{
    /// <summary>Out by masquerade, in by published ports.</summary>
    Nat,

    /// <summary>As <see cref="Nat"/>, and all ports are open to who routes to the containers.</summary>
    NatUnprotected,

    /// <summary>No masquerade: who routes to the containers reaches their published ports.</summary>
    Routed,

    /// <summary>The bridge has no address: not even the host is reached. For internal networks.</summary>
    Isolated,
}

/// <summary>The options of the bridge driver, with Docker's defaults.</summary>
internal sealed record BridgeOptions
{
    public const string Prefix = "com.docker.network.bridge.";
    public const string Name = Prefix + "name";
    public const string DefaultBridge = Prefix + "default_bridge";

    public bool IsDefault { get; private init; }

    public bool AllowsInside { get; private init; }

    public bool Masquerades { get; private init; }

    public bool InhibitsIPv4 { get; private init; }

    public IPAddress? HostBinding { get; private init; }

    public GatewayMode ModeIPv4 { get; private init; }

    public GatewayMode ModeIPv6 { get; private init; }

    /// <summary>The source that outgoing connections get instead of the outgoing link's.</summary>
    public IPAddress? HostIPv4 { get; private init; }

    public IPAddress? HostIPv6 { get; private init; }

    public static BridgeOptions Of(NetworkRecord network) => new()
    {
        IsDefault = DriverOptions.Flag(network, DefaultBridge, false),
        AllowsInside = DriverOptions.Flag(network, Prefix + "enable_icc", true),
        Masquerades = DriverOptions.Flag(network, Prefix + "enable_ip_masquerade", true),
        InhibitsIPv4 = DriverOptions.Flag(network, Prefix + "inhibit_ipv4", false),
        HostBinding = HostBindingOf(network),
        ModeIPv4 = ModeOf(network, Prefix + "gateway_mode_ipv4"),
        ModeIPv6 = ModeOf(network, Prefix + "gateway_mode_ipv6"),
        HostIPv4 = DriverOptions.Address(network, "com.docker.network.host_ipv4", isIPv6: false),
        HostIPv6 = DriverOptions.Address(network, "com.docker.network.host_ipv6", isIPv6: true),
    };

    public GatewayMode Mode(bool isIPv6) => isIPv6 ? ModeIPv6 : ModeIPv4;

    /// <summary>Whether the bridge itself carries the gateway's address.</summary>
    public bool HasAddress(bool isIPv6) => Mode(isIPv6) != GatewayMode.Isolated && (isIPv6 || !InhibitsIPv4);

    private static IPAddress? HostBindingOf(NetworkRecord network)
    {
        const string key = Prefix + "host_binding_ipv4";
        var text = DriverOptions.Text(network, key);
        if (text.Length == 0) return null;
        if (!IPAddress.TryParse(text, out var address)) throw DriverOptions.Invalid(key, text, "an address is wanted");
        // As with Docker, this is its default, and means both families.
        return address.Equals(IPAddress.Any) ? null : address;
    }

    private static GatewayMode ModeOf(NetworkRecord network, string key) => DriverOptions.Text(network, key) switch
    {
        "" or "nat" => GatewayMode.Nat,
        "nat-unprotected" => GatewayMode.NatUnprotected,
        "routed" => GatewayMode.Routed,
        "isolated" when network.Internal => GatewayMode.Isolated,
        "isolated" => throw new InvalidArgumentException($"gateway mode 'isolated' can only be used for an internal network ({key})"),
        var other => throw DriverOptions.Invalid(key, other, "nat, nat-unprotected, routed or isolated is wanted"),
    };
}
