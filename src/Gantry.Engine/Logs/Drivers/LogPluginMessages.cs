using System.Text.Json.Serialization;
using Gantry.Engine.Containers;
using Gantry.Engine.Extensions;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Logs.Drivers;

// Docker's log plug-in protocol ("Docker log driver plugins" in Docker's documentation): names and case are the wire's.

internal sealed record LogPluginRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LogPluginInfo? Info { get; init; }
}

internal sealed record LogPluginInfo
{
    public required Dictionary<string, string> Config { get; init; }

    public required string ContainerID { get; init; }

    public required string ContainerName { get; init; }

    public required string ContainerEntrypoint { get; init; }

    public required string[] ContainerArgs { get; init; }

    public required string ContainerImageID { get; init; }

    public required string ContainerImageName { get; init; }

    public required string ContainerCreated { get; init; }

    public required string[] ContainerEnv { get; init; }

    public required Dictionary<string, string> ContainerLabels { get; init; }

    public string LogPath { get; } = "";

    public string DaemonName { get; } = "docker";

    public static LogPluginInfo Of(ContainerRecord container) => new()
    {
        Config = container.HostConfig.LogConfig.Config ?? [],
        ContainerID = container.Id,
        ContainerName = "/" + container.Name,
        ContainerEntrypoint = container.Path,
        ContainerArgs = container.Args,
        ContainerImageID = container.ImageId,
        ContainerImageName = container.Config.Image,
        ContainerCreated = GoTime.Format(container.Created),
        ContainerEnv = [.. container.Config.Env ?? []],
        ContainerLabels = container.Config.Labels ?? [],
    };
}

internal sealed record LogPluginAnswer : IPluginAnswer
{
    public string? Err { get; init; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LogPluginRequest))]
[JsonSerializable(typeof(LogPluginAnswer))]
internal sealed partial class LogPluginJson : JsonSerializerContext;
