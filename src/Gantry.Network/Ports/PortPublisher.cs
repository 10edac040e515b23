using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Sockets;
using Gantry.Network.Addresses;
using Gantry.Network.Drivers;
using Gantry.Network.Host;
using Gantry.Network.Records;
using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network.Ports;

/// <summary>Reserves ports of the host by sockets that hold them, and decides what leads where.</summary>
internal sealed class PortPublisher(NetworkStackOptions options, HostKernel host, PortTable table)
{
    private readonly PortChooser chooser = new(host);

    /// <summary>All requests or, after an exception, none.</summary>
    public PortLease Reserve(string containerId, NetworkRecord network, EndpointRecord endpoint, IReadOnlyList<PortRequest> requests)
    {
        List<PublishedPort> ports = [];
        List<PortRelay> relays = [];
        try
        {
            foreach (var request in requests) Reserve(network, endpoint, request, ports, relays);
            table.Set(containerId, ports);
            return new PortLease(ports, relays);
        }
        catch (Exception e)
        {
            foreach (var relay in relays) relay.Socket.Dispose();
            if (e is not ConflictException) throw;
            var name = options.ContainerName(containerId) ?? containerId;
            // Docker's programs know it as a failure of the server's (500).
            throw new InternalException($"driver failed programming external connectivity on endpoint {name} ({endpoint.Id}): {e.Message}", e);
        }
    }

    private void Reserve(NetworkRecord network, EndpointRecord endpoint, PortRequest request, List<PublishedPort> ports, List<PortRelay> relays)
    {
        _ = PortRules.ProtocolOf(request.Protocol);
        var count = Math.Max(1, request.Count);
        if (request.ContainerPort + count - 1 > ushort.MaxValue || request.HostPort + count - 1 > ushort.MaxValue)
        {
            throw new InvalidArgumentException($"invalid port range: {count} ports from {request.HostPort} to container port {request.ContainerPort} end beyond 65535");
        }

        List<IPAddress> addresses = [];
        foreach (var address in Addresses(network, request))
        {
            if (BridgeOptions.Of(network).Mode(address.IsIPv6()) == GatewayMode.Routed) AddRouted(endpoint, request, count, address, ports);
            else addresses.Add(address);
        }

        if (addresses.Count == 0) return;
        var (port, sockets) = BindAny(endpoint, request, count, addresses);
        foreach (var (socket, address, offset) in sockets)
        {
            var target = (address.IsIPv6() ? endpoint.IPv6 : endpoint.IPv4) ?? endpoint.IPv4 ?? endpoint.IPv6;
            if (target is null) socket.Dispose();
            else relays.Add(new PortRelay(socket, request.Protocol, new IPEndPoint(target, request.ContainerPort + offset)));
        }

        foreach (var address in addresses)
        {
            // Without a rule, what arrives passes the host's INPUT chain on its way to the monitor's socket.
            var target = options.RespectHostFirewall ? null : address.IsIPv6() ? endpoint.IPv6 : endpoint.IPv4;
            ports.Add(Published(request, count, address, port, target));
        }
    }

    /// <summary>Where a request is to be reached: one address, or all of both families.</summary>
    private IEnumerable<IPAddress> Addresses(NetworkRecord network, PortRequest request)
    {
        var address = request.HostAddress ?? BridgeOptions.Of(network).HostBinding ?? options.DefaultHostAddress;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        if (address is not null) return [address];
        return Socket.OSSupportsIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
    }

    private static void AddRouted(EndpointRecord endpoint, PortRequest request, int count, IPAddress address, List<PublishedPort> ports)
    {
        var target = address.IsIPv6() ? endpoint.IPv6 : endpoint.IPv4;
        if (target is not null) ports.Add(Published(request, count, address, 0, target));
    }

    private static PublishedPort Published(PortRequest request, int count, IPAddress address, ushort port, IPAddress? target) => new()
    {
        Protocol = request.Protocol,
        ContainerPort = request.ContainerPort,
        Count = count,
        HostAddress = address,
        HostPort = port,
        ContainerAddress = target,
    };

    private (ushort Port, List<HeldPort> Sockets) BindAny(EndpointRecord endpoint, PortRequest request, int count, List<IPAddress> addresses)
    {
        ConflictException? last = null;
        foreach (var port in chooser.Candidates(request, count))
        {
            try
            {
                return (port, host.Namespaces.AtHome(() => Bind(endpoint, request, count, addresses, port)));
            }
            catch (ConflictException e)
            {
                last = e;
            }
        }

        throw request.HostPort > 0 && request.HostPortEnd <= request.HostPort ? last!
            : new ConflictException($"all ports are allocated: {chooser.Describe(request)} has no {count} free for {request.Protocol}", last);
    }

    private List<HeldPort> Bind(EndpointRecord endpoint, PortRequest request, int count, List<IPAddress> addresses, ushort port)
    {
        List<HeldPort> held = [];
        try
        {
            foreach (var address in addresses)
            {
                if (table.HolderOf(request.Protocol, address, port, count) is { } holder)
                {
                    var name = options.ContainerName(holder) ?? holder;
                    throw new ConflictException($"Bind for {new IPEndPoint(address, port)} failed: port is already allocated (by container {name})");
                }

                for (var i = 0; i < count; i++)
                {
                    var socket = Bind(endpoint, request, address, (ushort)(port + i), (ushort)(request.ContainerPort + i));
                    if (socket is null) break;
                    // A long range is tried port by port, but does not keep a socket for each.
                    if (count > PortRules.MostSockets && !options.RespectHostFirewall) socket.Dispose();
                    else held.Add(new HeldPort(socket, address, i));
                }
            }

            return held;
        }
        catch
        {
            foreach (var one in held) one.Socket.Dispose();
            throw;
        }
    }

    /// <summary>Null where the kernel has no such sockets: the rules serve without.</summary>
    private SafeFileHandle? Bind(EndpointRecord endpoint, PortRequest request, IPAddress address, ushort port, ushort containerPort)
    {
        var protocol = PortRules.ProtocolOf(request.Protocol);
        var socket = InternetSocket.TryBind(protocol, address, port, out var error);
        if (socket is not null) return socket;
        var isUnknown = error is Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT;
        if (isUnknown && options.RespectHostFirewall)
        {
            throw new UnsupportedException($"this kernel has no {request.Protocol} sockets, which respect-host-firewall needs to publish port {port}");
        }

        if (isUnknown || (error == Errno.EAFNOSUPPORT && request.HostAddress is null)) return null;
        var target = (address.IsIPv6() ? endpoint.IPv6 : endpoint.IPv4) ?? endpoint.IPv4 ?? endpoint.IPv6;
        var holder = error == Errno.EADDRINUSE && PortHolders.Find(protocol, port) is { } found ? $" (by {found})" : "";
        var reason = error == Errno.EADDRINUSE ? "address already in use" : new LinuxException("bind", error).Message;
        throw new ConflictException(
            $"failed to bind host port for {new IPEndPoint(address, port)}:{target}:{containerPort}/{request.Protocol}: {reason}{holder}");
    }

    /// <param name="Offset">From the first port of the request.</param>
    private readonly record struct HeldPort(SafeFileHandle Socket, IPAddress Address, int Offset);
}
