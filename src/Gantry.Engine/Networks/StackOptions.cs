using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gantry.Engine.Containers;
using Gantry.Network;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks;

/// <summary>The network stack of a daemon.</summary>
internal static class StackOptions
{
    private const string Default = "/var/lib/gantry";

    public static NetworkStackOptions From(EngineOptions options, ContainerStore containers, NetworkPlugins plugins, ILogger logger, TimeProvider time)
    {
        var networks = options.Networks;
        var suffix = Suffix(options.DataRoot);
        return new NetworkStackOptions
        {
            AddressPools = networks.AddressPools.Count == 0 ? null : [.. networks.AddressPools.Select(pool => new DefaultPool(pool.Base, pool.Size))],
            Owner = "gantry" + suffix,
            DefaultBridge = suffix.Length == 0 ? "gantry0" : "gantry" + suffix,
            DefaultBridgeAddress = networks.BridgeAddress,
            DefaultHostAddress = IPAddress.Any.Equals(networks.PublishAddress) ? null : networks.PublishAddress,
            Forward = networks.Forward,
            RespectHostFirewall = networks.RespectHostFirewall,
            Mtu = networks.Mtu,
            ContainerName = id => containers.Find(id)?.Record.Name,
            FindPlugin = plugins.Find,
            FindAddressPlugin = plugins.FindAddresses,
            Logger = logger,
            Time = time,
        };
    }

    /// <summary>Daemons side by side have links and rules of their own: what distinguishes them is where their data is.</summary>
    private static string Suffix(string dataRoot) =>
        dataRoot == Default ? "" : "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataRoot)))[..7];
}
