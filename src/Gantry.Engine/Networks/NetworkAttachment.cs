using Gantry.Network;
using Gantry.Network.Records;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Networks;

/// <summary>A container's end of its networks, for its start. Disposing it closes the ports' sockets in this process.</summary>
internal sealed record NetworkAttachment : IDisposable
{
    /// <summary>The host's own namespace.</summary>
    public bool IsHost { get; init; }

    /// <summary>The container whose namespace and host files are shared.</summary>
    public string? SharedWith { get; init; }

    /// <summary>A namespace that is there already, by its path.</summary>
    public string? NamespacePath { get; init; }

    /// <summary>A namespace for the monitor to inherit; null for a new, empty one, or <see cref="NamespacePath"/>.</summary>
    public SafeFileHandle? Namespace { get; init; }

    public EndpointRecord[] Endpoints { get; init; } = [];

    /// <summary>The networks as they were found.</summary>
    public NetworkSetting[] Settings { get; init; } = [];

    public PortLease? Ports { get; init; }

    /// <summary>/etc/hosts after the lines of localhost.</summary>
    public IReadOnlyList<string> HostsEntries { get; init; } = [];

    /// <summary>/etc/resolv.conf.</summary>
    public string ResolvConf { get; init; } = "";

    /// <summary>Completes when the links are there: the container's program must not run before.</summary>
    public Task Connected { get; init; } = Task.CompletedTask;

    /// <summary>Environment variables of links.</summary>
    public IReadOnlyList<string> LinkVariables { get; init; } = [];

    public void Dispose() => Ports?.Dispose();
}
