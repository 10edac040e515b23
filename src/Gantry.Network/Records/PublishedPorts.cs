using System.Net;

namespace Gantry.Network.Records;

/// <summary>A range of ports, one long in the usual case, that is asked for: <c>[address:][host[-host]:]container[-container]/protocol</c>.</summary>
public sealed record PortRequest
{
    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public required string Protocol { get; init; }

    public required ushort ContainerPort { get; init; }

    /// <summary>How many, from <see cref="ContainerPort"/> and <see cref="HostPort"/> on.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Null for all addresses of both families.</summary>
    public IPAddress? HostAddress { get; init; }

    /// <summary>0 for any free one. With <see cref="HostPortEnd"/> above it and <see cref="Count"/> 1: any free one of that range.</summary>
    public ushort HostPort { get; init; }

    public ushort HostPortEnd { get; init; }
}

/// <summary>What became of a <see cref="PortRequest"/>: as stored with the container while it runs, and as told to clients.</summary>
public sealed record PublishedPort
{
    public required string Protocol { get; init; }

    public required ushort ContainerPort { get; init; }

    public int Count { get; init; } = 1;

    /// <summary><c>0.0.0.0</c>, <c>::</c> or one address. A request for all addresses becomes two of these.</summary>
    public required IPAddress HostAddress { get; init; }

    /// <summary>0 where the network is routed: the container's own port is open to who reaches its address.</summary>
    public required ushort HostPort { get; init; }

    /// <summary>Where rules lead it, of the family of <see cref="HostAddress"/>; null where only the monitor's relay can.</summary>
    public IPAddress? ContainerAddress { get; init; }
}
