using System.Net;
using Gantry.Engine.Extensions;
using Gantry.Network.Addresses;
using Gantry.Spec;
using AddressPool = Gantry.Network.Records.AddressPool;

namespace Gantry.Engine.Networks;

/// <summary>Subnets and addresses of another program, over libnetwork's remote IPAM protocol.</summary>
internal sealed class AddressPlugin : IAddressPlugin, IDisposable
{
    private const string Gateway = "com.docker.network.gateway";
    private const string MacAddress = "com.docker.network.endpoint.macaddress";
    private const string AddressType = "RequestAddressType";
    private readonly PluginClient client;
    private string space = "";

    private AddressPlugin(PluginClient client) => this.client = client;

    public bool NeedsMacAddress { get; private set; }

    public bool NeedsReplay { get; private set; }

    /// <summary>Speaks to the plug-in of a name; null where there is none, or none for addresses.</summary>
    public static AddressPlugin? TryActivate(string name)
    {
        if (PluginClient.TryActivate("ipam driver", name, "IpamDriver") is not { } client)
        {
            return null;
        }

        var plugin = new AddressPlugin(client);
        try
        {
            var capabilities = plugin.Call("IpamDriver.GetCapabilities", new());
            (plugin.NeedsMacAddress, plugin.NeedsReplay) = (capabilities.RequiresMACAddress, capabilities.RequiresRequestReplay);
            plugin.space = plugin.Call("IpamDriver.GetDefaultAddressSpaces", new()).LocalDefaultAddressSpace ?? "";
            return plugin;
        }
        catch
        {
            plugin.Dispose();
            throw;
        }
    }

    public AddressPool RequestPool(AddressPool wanted, bool ipv6, IReadOnlyDictionary<string, string> options)
    {
        const string method = "IpamDriver.RequestPool";
        var answer = Call(method, new()
        {
            AddressSpace = space,
            Pool = wanted.Subnet?.ToString() ?? "",
            SubPool = wanted.Range?.ToString() ?? "",
            Options = options.ToDictionary(StringComparer.Ordinal),
            V6 = ipv6,
        });
        return wanted with
        {
            PluginId = answer.PoolID ?? "",
            Subnet = IPNetwork.TryParse(answer.Pool, out var subnet) ? subnet : throw new InternalException($"{method}: \"{answer.Pool}\" is no subnet"),
            Gateway = answer.Data?.GetValueOrDefault(Gateway) is { Length: > 0 } gateway ? WithoutLength(method, gateway) : null,
        };
    }

    public void ReleasePool(AddressPool pool) => Call("IpamDriver.ReleasePool", new() { PoolID = pool.PluginId });

    public IPAddress RequestAddress(AddressPool pool, IPAddress? wanted, AddressPurpose purpose)
    {
        const string method = "IpamDriver.RequestAddress";
        Dictionary<string, string> options = [];
        if (purpose.IsGateway)
        {
            options[AddressType] = Gateway;
        }

        if (purpose.MacAddress.Length > 0)
        {
            options[MacAddress] = purpose.MacAddress;
        }

        return WithoutLength(method, Call(method, new() { PoolID = pool.PluginId, Address = wanted?.ToString() ?? "", Options = options }).Address);
    }

    public void ReleaseAddress(AddressPool pool, IPAddress address) => Call("IpamDriver.ReleaseAddress", new() { PoolID = pool.PluginId, Address = address.ToString() });

    public void Dispose() => client.Dispose();

    private static IPAddress WithoutLength(string method, string? text) =>
        IPAddress.TryParse(text?.Split('/')[0], out var address) ? address : throw new InternalException($"{method}: \"{text}\" is no IP address");

    private AddressPluginAnswer Call(string method, AddressPluginRequest request) =>
        client.Call(method, request, AddressPluginJson.Default.AddressPluginRequest, AddressPluginJson.Default.AddressPluginAnswer);
}
