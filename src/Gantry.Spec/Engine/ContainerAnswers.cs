using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

public sealed record ContainerCreateResponse
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string[] Warnings { get; init => field = value ?? []; } = [];
}

/// <summary>The answer to <c>POST /containers/{id}/update</c>.</summary>
public sealed record ContainerUpdateResponse
{
    /// <summary>Docker's null for none.</summary>
    public string[]? Warnings { get; init; }
}

/// <summary>The answer to <c>POST /containers/{id}/wait</c>.</summary>
public sealed record ContainerWaitResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitError? Error { get; init; }

    public int StatusCode { get; init; }
}

public sealed record WaitError
{
    public string Message { get; init => field = value ?? ""; } = "";
}

/// <summary>The processes of a container, in the columns of <c>ps</c>.</summary>
public sealed record ContainerTopResponse
{
    public string[][] Processes { get; init => field = value ?? []; } = [];

    public string[] Titles { get; init => field = value ?? []; } = [];
}
