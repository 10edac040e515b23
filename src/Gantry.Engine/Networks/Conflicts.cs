using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>Networks and options that exclude each other, in Docker's words.</summary>
internal static class Conflicts
{
    public static InvalidArgumentException Shared() =>
        new("container sharing network namespace with another container or host cannot be connected to any other network");

    public static InvalidArgumentException ConnectToHost() =>
        new("cannot connect container to host network - container must be created in host network mode");

    public static InvalidArgumentException DisconnectFromHost() =>
        new("cannot disconnect container from host network - container was created in host network mode");

    public static InvalidArgumentException LinksOnHost() =>
        new("conflicting options: host type networking can't be used with links. This would result in undefined behavior");

    /// <summary>The host's network and none are the only one of a container.</summary>
    public static void RequireCompatible(IReadOnlyCollection<string> names)
    {
        if (names.Count < 2)
        {
            return;
        }

        if (names.Contains(NetworkName.Host))
        {
            throw Shared();
        }

        if (names.Contains(NetworkName.None))
        {
            throw new InvalidArgumentException("container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
    }
}
