using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;

namespace Gantry.Network.Host;

/// <summary>The host's namespace, as the drivers reach it.</summary>
internal sealed class HostKernel : IDisposable
{
    private const int CommonMtu = 1500;
    private readonly NetworkStackOptions options;

    public HostKernel(NetworkStackOptions options)
    {
        this.options = options;
        Namespaces = new NetworkNamespaces(options.HostNamespace);
        Routes = Namespaces.AtHome(() => new RouteSocket());
        Doomed = new DoomedLinks(Namespaces, options.Logger);
        Stale = new StaleConnections(Namespaces, options.Logger);
    }

    public NetworkNamespaces Namespaces { get; }

    public RouteSocket Routes { get; }

    public DoomedLinks Doomed { get; }

    public StaleConnections Stale { get; }

    public NftSocket OpenNftables() => Namespaces.AtHome(() => new NftSocket());

    /// <summary>Lets the host pass packets on, and leaves it so, as Docker does.</summary>
    public void EnableForwarding(bool ipv6) => Namespaces.AtHome(() =>
    {
        if (!options.Forward) return false;
        if (Sysctl.Read("ipv4/ip_forward") == "0") Sysctl.TryWrite("ipv4/ip_forward", "1");
        if (ipv6 && Sysctl.Read("ipv6/conf/all/forwarding") == "0")
        {
            Sysctl.TryWrite("ipv6/conf/default/forwarding", "1");
            Sysctl.TryWrite("ipv6/conf/all/forwarding", "1");
        }

        return true;
    });

    public bool WriteSetting(string name, string value) => Namespaces.AtHome(() => Sysctl.TryWrite(name, value));

    public string? ReadSetting(string name) => Namespaces.AtHome(() => Sysctl.Read(name));

    /// <summary>What a network's links get that names no MTU: the configured one, or that of the way out.</summary>
    public int DefaultMtu()
    {
        if (options.Mtu > 0) return options.Mtu;
        var way = Routes.Routes().FirstOrDefault(r => r.Destination is { PrefixLength: 0, BaseAddress.AddressFamily: AddressFamily.InterNetwork } && r.Link > 0)
            ?? Routes.Routes().FirstOrDefault(r => r.Destination.PrefixLength == 0 && r.Link > 0);
        var mtu = way is null ? 0 : Routes.Links().FirstOrDefault(l => l.Index == way.Link)?.Mtu ?? 0;
        return mtu > 0 ? mtu : CommonMtu;
    }

    /// <summary>What is reached by the host's routes, but not by those of the links named.</summary>
    public IReadOnlyList<IPNetwork> RoutedNetworks(IReadOnlySet<string> except)
    {
        var excluded = Routes.Links().Where(l => except.Contains(l.Name)).Select(l => l.Index).ToHashSet();
        return [.. Routes.Routes().Where(r => !excluded.Contains(r.Link)).Select(r => r.Destination)];
    }

    public void Dispose()
    {
        Doomed.Dispose();
        Stale.Dispose();
        Routes.Dispose();
        Namespaces.Dispose();
    }
}
