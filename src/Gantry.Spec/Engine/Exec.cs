using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The body of <c>POST /containers/{id}/exec</c>.</summary>
public sealed record ExecCreateRequest
{
    public string User { get; init => field = value ?? ""; } = "";

    public bool Privileged { get; init; }

    public bool Tty { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[]? ConsoleSize { get; init; }

    public bool AttachStdin { get; init; }

    public bool AttachStderr { get; init; }

    public bool AttachStdout { get; init; }

    public string DetachKeys { get; init => field = value ?? ""; } = "";

    public string[]? Env { get; init; }

    public string WorkingDir { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(StringOrListConverter))]
    public string[]? Cmd { get; init; }
}

public sealed record ExecCreateResponse
{
    public string Id { get; init => field = value ?? ""; } = "";
}

/// <summary>The body of <c>POST /exec/{id}/start</c>.</summary>
public sealed record ExecStartRequest
{
    public bool Detach { get; init; }

    public bool Tty { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int[]? ConsoleSize { get; init; }
}

/// <summary>The answer to <c>GET /exec/{id}/json</c>.</summary>
public sealed record ExecInspectResponse
{
    public string ID { get; init => field = value ?? ""; } = "";

    public bool Running { get; init; }

    /// <summary>Null while it runs.</summary>
    public int? ExitCode { get; init; }

    public ExecProcessConfig ProcessConfig { get; init => field = value ?? new(); } = new();

    public bool OpenStdin { get; init; }

    public bool OpenStderr { get; init; }

    public bool OpenStdout { get; init; }

    public bool CanRemove { get; init; }

    public string ContainerID { get; init => field = value ?? ""; } = "";

    /// <summary>Base64 of the key bytes, which is how Go writes bytes.</summary>
    public string DetachKeys { get; init => field = value ?? ""; } = "";

    public int Pid { get; init; }
}

public sealed record ExecProcessConfig
{
    [JsonPropertyName("tty")]
    public bool Tty { get; init; }

    [JsonPropertyName("entrypoint")]
    public string Entrypoint { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("arguments")]
    public string[] Arguments { get; init => field = value ?? []; } = [];

    [JsonPropertyName("privileged"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Privileged { get; init; }

    [JsonPropertyName("user"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init => field = Empty.ToNull(value); }
}
