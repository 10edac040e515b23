using System.Security.Cryptography;
using System.Text;
using Gantry.Engine.Containers;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>The networks <c>host</c> and <c>none</c>.</summary>
internal sealed class HostAndNone : INetworkSetup
{
    public NetworkAttachment Attach(ContainerRecord container) => new() { IsHost = container.HostConfig.NetworkMode == "host" };

    public void Detach(ContainerRecord container)
    {
        // A namespace of a container's own goes with its last process.
    }

    public NetworkSettings Describe(ContainerRecord container)
    {
        var mode = container.HostConfig.NetworkMode;
        var alive = container.State.IsAlive;
        return new NetworkSettings
        {
            SandboxID = alive ? Derive(container.Id, "sandbox") : "",
            SandboxKey = alive ? (mode == "host" ? "/proc/self/ns/net" : $"/proc/{container.State.Pid}/ns/net") : "",
            Networks = new() { [mode] = Endpoint(container) },
        };
    }

    public static EndpointSettings Endpoint(ContainerRecord container) => new()
    {
        NetworkID = NetworkId(container.HostConfig.NetworkMode),
        EndpointID = container.State.IsAlive ? Derive(container.Id, "endpoint") : "",
    };

    /// <summary>The predefined networks have no record: their ids follow from their names.</summary>
    public static string NetworkId(string name) => Derive("gantry-network", name);

    private static string Derive(string subject, string purpose) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}/{purpose}")));
}
