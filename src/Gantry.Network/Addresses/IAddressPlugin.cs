using System.Net;
using Gantry.Network.Records;

namespace Gantry.Network.Addresses;

/// <summary>Another program that gives subnets and addresses: libnetwork's remote IPAM drivers. Each call fails with a <see cref="Spec.GantryException"/>.</summary>
public interface IAddressPlugin
{
    /// <summary>It wants to know the link address of who asks for an address.</summary>
    bool NeedsMacAddress { get; }

    /// <summary>It wants to be asked again for all that it gave, when the daemon starts.</summary>
    bool NeedsReplay { get; }

    /// <summary>Takes a subnet.</summary>
    /// <param name="wanted">As asked for; its subnet may be left open.</param>
    /// <param name="ipv6">Of which family, where it is.</param>
    /// <param name="options">The network's, for the plug-in.</param>
    /// <returns>The same with its subnet and the plug-in's id of it, and with a gateway where the plug-in names one.</returns>
    AddressPool RequestPool(AddressPool wanted, bool ipv6, IReadOnlyDictionary<string, string> options);

    void ReleasePool(AddressPool pool);

    /// <summary>Takes an address, the one that is wanted or any.</summary>
    /// <param name="pool">From this subnet.</param>
    /// <param name="wanted">Null for any.</param>
    /// <param name="purpose">Whom it is for.</param>
    IPAddress RequestAddress(AddressPool pool, IPAddress? wanted, AddressPurpose purpose);

    void ReleaseAddress(AddressPool pool, IPAddress address);
}

/// <summary>Whom an address is for.</summary>
/// <param name="IsGateway">The network's way out.</param>
/// <param name="MacAddress">The link address of a container's end; empty where it is none's, or the plug-in does not want it.</param>
public readonly record struct AddressPurpose(bool IsGateway, string MacAddress = "");
