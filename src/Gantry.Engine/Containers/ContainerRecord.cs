using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Network.Records;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>All that is kept of a container: one JSON document in the database.</summary>
internal sealed record ContainerRecord
{
    public required string Id { get; init; }

    /// <summary>Without a slash.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary><c>sha256:…</c></summary>
    public required string ImageId { get; init; }

    public required string Path { get; init; }

    public required string[] Args { get; init; }

    public required ContainerConfig Config { get; init; }

    public required HostConfig HostConfig { get; init; }

    public MountRecord[] Mounts { get; init; } = [];

    /// <summary>The networks it joins at its start.</summary>
    public NetworkSetting[] Networks { get; init => field = value ?? []; } = [];

    /// <summary>Links of the default bridge.</summary>
    public LinkRecord[] Links { get; init => field = value ?? []; } = [];

    /// <summary>Its ends of the networks while it runs, and the ports that are published for it.</summary>
    public EndpointRecord[] Endpoints { get; init => field = value ?? []; } = [];

    public PublishedPort[] Ports { get; init => field = value ?? []; } = [];

    public RunState State { get; init; } = new();

    public int RestartCount { get; init; }

    /// <summary>Somebody stopped it: <c>unless-stopped</c> then stays stopped.</summary>
    public bool ManuallyStopped { get; init; }
}

/// <summary>Where a container is in its life.</summary>
internal sealed record RunState
{
    public bool Running { get; init; }

    public bool Paused { get; init; }

    /// <summary>Waiting for its restart policy; <see cref="Running"/> stays true meanwhile, as in Docker.</summary>
    public bool Restarting { get; init; }

    public bool Removing { get; init; }

    public bool Dead { get; init; }

    public bool OomKilled { get; init; }

    public int Pid { get; init; }

    public int ExitCode { get; init; }

    public string Error { get; init; } = "";

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>A process is there: running, and not between two runs.</summary>
    [JsonIgnore]
    public bool IsAlive => Running && !Restarting;

    /// <summary>Docker's word for it.</summary>
    [JsonIgnore]
    public string Status => this switch
    {
        { Running: true, Paused: true } => "paused",
        { Restarting: true } => "restarting",
        { Running: true } => "running",
        { Removing: true } => "removing",
        { Dead: true } => "dead",
        { StartedAt: null } => "created",
        _ => "exited",
    };
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(AddressConverter), typeof(SubnetConverter)])]
[JsonSerializable(typeof(ContainerRecord))]
internal sealed partial class ContainerJson : JsonSerializerContext
{
    public static byte[] Write(ContainerRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Default.ContainerRecord);

    public static ContainerRecord? Read(ReadOnlySpan<byte> document) => JsonSerializer.Deserialize(document, Default.ContainerRecord);
}
