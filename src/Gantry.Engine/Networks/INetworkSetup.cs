using Gantry.Engine.Containers;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>What a container's start asks of its networks.</summary>
internal interface INetworkSetup
{
    /// <summary>Called before the bundle is written.</summary>
    NetworkAttachment Attach(ContainerRecord container);

    /// <summary>Called when the container has ended; does nothing where nothing is attached.</summary>
    void Detach(ContainerRecord container);

    /// <summary>What inspect shows.</summary>
    NetworkSettings Describe(ContainerRecord container);
}

/// <summary>A container's end of its networks.</summary>
internal sealed record NetworkAttachment
{
    /// <summary>The host's own namespace.</summary>
    public bool IsHost { get; init; }

    /// <summary>A namespace that is there already; null for a new, empty one.</summary>
    public string? NamespacePath { get; init; }

    /// <summary>Lines of /etc/hosts for the container's own addresses.</summary>
    public IReadOnlyList<string> HostsEntries { get; init; } = [];
}
