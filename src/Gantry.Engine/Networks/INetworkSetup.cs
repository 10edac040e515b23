using System.Net;
using Gantry.Engine.Containers;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>What a container's life asks of its networks. Callers hold the container's gate.</summary>
internal interface INetworkSetup
{
    /// <summary>The host, as containers reach it.</summary>
    IReadOnlyList<IPAddress> HostGateways { get; }

    /// <summary>
    /// Takes addresses and ports and makes the namespace; the links are made while the caller goes on, until
    /// <see cref="NetworkAttachment.Connected"/>. On a failure nothing is left.
    /// </summary>
    Task<NetworkAttachment> AttachAsync(Container container, CancellationToken cancellationToken);

    /// <summary>Called when the container has ended, or does not start after all; does nothing where nothing is attached.</summary>
    Task DetachAsync(Container container);

    /// <summary>When the daemon starts: takes up running containers, and removes what is left of others.</summary>
    Task ReconcileAsync(CancellationToken cancellationToken);

    /// <summary>Tells of each of a container's networks that it joined (<c>connect</c>) or left it (<c>disconnect</c>).</summary>
    void Publish(Container container, string action);

    /// <summary>What on this machine keeps networks from working; each is a sentence.</summary>
    IReadOnlyList<string> Warnings();

    /// <summary>The container has another name now, or <see cref="Container.HidesNames"/> changed.</summary>
    void NamesChanged(Container container);

    /// <summary>The networks of a new container.</summary>
    NetworkSetting[] Plan(NetworkingConfig? requested, HostConfig host, ContainerConfig config);

    LinkRecord[] PlanLinks(HostConfig host);

    /// <summary>The environment that links bring to a command in a running container, from those that run now.</summary>
    IReadOnlyList<string> LinkVariables(ContainerRecord container);

    /// <summary>What inspect shows.</summary>
    NetworkSettings Describe(ContainerRecord container);

    /// <summary>What lists show.</summary>
    Dictionary<string, EndpointSettings> DescribeEndpoints(ContainerRecord container);
}
