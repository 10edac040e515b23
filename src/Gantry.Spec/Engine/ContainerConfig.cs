using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The portable half of a container's configuration.</summary>
public record ContainerConfig
{
    public string Hostname { get; init => field = value ?? ""; } = "";

    public string Domainname { get; init => field = value ?? ""; } = "";

    public string User { get; init => field = value ?? ""; } = "";

    public bool AttachStdin { get; init; }

    public bool AttachStdout { get; init; }

    public bool AttachStderr { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, EmptyObject>? ExposedPorts { get; init; }

    public bool Tty { get; init; }

    public bool OpenStdin { get; init; }

    public bool StdinOnce { get; init; }

    public string[]? Env { get; init; }

    [JsonConverter(typeof(StringOrListConverter))]
    public string[]? Cmd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthConfig? Healthcheck { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ArgsEscaped { get; init; }

    /// <summary>The image as it was named by the user.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    public Dictionary<string, EmptyObject>? Volumes { get; init; }

    public string WorkingDir { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(StringOrListConverter))]
    public string[]? Entrypoint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NetworkDisabled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MacAddress { get; init => field = Empty.ToNull(value); }

    public string[]? OnBuild { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopSignal { get; init => field = Empty.ToNull(value); }

    /// <summary>Seconds; null means the default, -1 for ever.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StopTimeout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(StringOrListConverter))]
    public string[]? Shell { get; init; }

    // A record's copy constructor is not visible outside, and `with` keeps the run-time type.
    private protected static ContainerConfig Copy(ContainerConfig source) => new(source);
}

/// <summary>The body of <c>POST /containers/create</c>.</summary>
public sealed record ContainerCreateRequest : ContainerConfig
{
    public HostConfig? HostConfig { get; init; }

    public NetworkingConfig? NetworkingConfig { get; init; }

    /// <summary>Only the members of <see cref="ContainerConfig"/>, to be stored and shown by inspect.</summary>
    public ContainerConfig ToConfig() => Copy(this);
}
