namespace Gantry.Compose.Model;

/// <content>What a service is on its networks.</content>
public sealed partial record ComposeService
{
    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsOpt { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> ExternalLinks { get; init; } = [];

    /// <summary>Addresses by host name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ExtraHosts { get; init; } = Empty.Map<IReadOnlyList<string>>();

    /// <summary><c>service[:alias]</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    public string? MacAddress { get; init; }

    /// <summary><c>none</c>, <c>host</c>, <c>bridge</c>, <c>service:name</c>, <c>container:name</c>.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>By the key of the network; a null value has no settings of its own.</summary>
    public IReadOnlyDictionary<string, ServiceNetwork?> Networks { get; init; } = Empty.Map<ServiceNetwork?>();

    public IReadOnlyList<ServicePort> Ports { get; init; } = [];

    /// <summary>The keys of the networks, the highest priority first.</summary>
    public IReadOnlyList<string> NetworksByPriority() =>
        [.. Networks.OrderByDescending(pair => pair.Value?.Priority ?? 0).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
}
