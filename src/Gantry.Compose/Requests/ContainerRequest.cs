using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>Which container of a service is made.</summary>
internal sealed record ContainerRequest
{
    public required ComposeProject Project { get; init; }

    public required ComposeService Service { get; init; }

    public required string Name { get; init; }

    public int Number { get; init; }

    /// <summary>By what name the engine knows it.</summary>
    public required string Image { get; init; }

    public string ImageId { get; init; } = "";

    public required string ConfigHash { get; init; }

    /// <summary>It is one of <c>compose run</c>.</summary>
    public bool IsOneOff { get; init; }

    public string Slug { get; init; } = "";

    /// <summary>Variables of the environment beside the service's own.</summary>
    public IReadOnlyDictionary<string, string> Proxies { get; init; } = Empty.Map<string>();

    public bool AutoRemove { get; init; }

    public bool AttachesInput { get; init; }

    /// <summary>It answers to the service's name and aliases.</summary>
    public bool HasAliases { get; init; } = true;

    /// <summary>The engine takes one network at a container's making, and addresses of the hardware elsewhere (API before 1.44).</summary>
    public bool IsBeforeEndpointAddresses { get; init; }

    /// <summary>The name of the container whose place it takes; empty for none.</summary>
    public string Replaces { get; init; } = "";

    /// <summary>Names of anonymous volumes by where they are mounted, of the container whose place it takes.</summary>
    public IReadOnlyDictionary<string, string> Inherited { get; init; } = Empty.Map<string>();

    /// <summary>Ids of running containers by their service, for what shares with these.</summary>
    public IReadOnlyDictionary<string, string> Peers { get; init; } = Empty.Map<string>();

    /// <summary>Containers and their names by the service they are of, for links.</summary>
    public ILookup<string, string> PeerNames { get; init; } = Array.Empty<string>().ToLookup(name => name);
}
