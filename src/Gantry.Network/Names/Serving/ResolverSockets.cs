using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Nftables;
using Gantry.Linux.Sockets;

namespace Gantry.Network.Names.Serving;

/// <summary>
/// A resolver's sockets. They are bound to ports the kernel chose, and two rules for each in the sandbox's own nf_tables
/// make them appear as port 53: so a program of the container may bind 0.0.0.0:53 for itself. The rules change nothing but
/// the ports of the packets, and no connection is tracked for them.
/// </summary>
internal sealed record ResolverSockets(FileDescriptor Datagram, FileDescriptor Stream)
{
    private const string Table = "gantry_names";
    private const string Chain = "output";
    private const ushort DnsPort = 53;
    private const int Backlog = 128;
    private const int ReceiveBuffer = 512 * 1024;

    // Before the filters, as a destination NAT of locally made packets would be (nft(8), "dstnat" and "mangle").
    private const int Priority = -150;

    /// <summary>Where resolv.conf points to.</summary>
    public static IPAddress Address { get; } = new([127, 0, 0, 11]);

    /// <summary>Opens them in the namespace of the calling thread; rules of an earlier time there are replaced.</summary>
    public static ResolverSockets Open()
    {
        var datagram = NonBlockingSocket.Open(SocketTransport.Udp, AddressFamily.InterNetwork);
        FileDescriptor? stream = null;
        try
        {
            stream = NonBlockingSocket.Open(SocketTransport.Tcp, AddressFamily.InterNetwork);
            NonBlockingSocket.Bind(datagram, new IPEndPoint(Address, 0));
            NonBlockingSocket.SetReceiveBuffer(datagram, ReceiveBuffer);
            NonBlockingSocket.Bind(stream, new IPEndPoint(Address, 0));
            NonBlockingSocket.Listen(stream, Backlog);
            Redirect((ushort)NonBlockingSocket.LocalEndPoint(datagram).Port, (ushort)NonBlockingSocket.LocalEndPoint(stream).Port);
            return new ResolverSockets(datagram, stream);
        }
        catch
        {
            datagram.Dispose();
            stream?.Dispose();
            throw;
        }
    }

    private static void Redirect(ushort datagramPort, ushort streamPort)
    {
        using var socket = new NftSocket();
        try
        {
            socket.Commit(AddRules(new NftBatch(NftFamily.IPv4, Table).AddTable(isNew: true), datagramPort, streamPort));
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            // An earlier daemon's. Not done each time: a table that is deleted is waited for, many milliseconds.
            socket.Commit(AddRules(new NftBatch(NftFamily.IPv4, Table).AddTable().DeleteTable().AddTable(), datagramPort, streamPort));
        }
    }

    private static NftBatch AddRules(NftBatch batch, ushort datagramPort, ushort streamPort)
    {
        batch.AddBaseChain(Chain, "filter", NftHook.Output, Priority);
        foreach (var (protocol, port) in new[] { (ProtocolType.Udp, datagramPort), (ProtocolType.Tcp, streamPort) })
        {
            var isUdp = protocol == ProtocolType.Udp;
            batch.AddRule(Chain, rule => rule
                .Destination(NftFamily.IPv4).Equals(Address.GetAddressBytes())
                .Meta(NftMeta.Protocol).Equals([(byte)protocol])
                .DestinationPort(0).Equals(NetworkOrder(DnsPort))
                .RewritePort(source: false, port, isUdp));
            batch.AddRule(Chain, rule => rule
                .Source(NftFamily.IPv4).Equals(Address.GetAddressBytes())
                .Meta(NftMeta.Protocol).Equals([(byte)protocol])
                .SourcePort(0).Equals(NetworkOrder(port))
                .RewritePort(source: true, DnsPort, isUdp));
        }

        return batch;
    }

    private static byte[] NetworkOrder(ushort port) => [(byte)(port >> 8), (byte)port];
}
