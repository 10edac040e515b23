using System.Text.Json.Serialization;

namespace Gantry.Build.Progress;

/// <summary>What a build tells while it goes on. A step is known by its id, a digest.</summary>
public abstract record BuildEvent
{
    public required string Step { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A step is known, or goes on.</summary>
public sealed record StepEvent : BuildEvent
{
    public required string Name { get; init; }

    public required StepState State { get; init; }

    /// <summary>The ids of the steps it stands on.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Completed { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Where its instruction is; null for none.</summary>
    [JsonIgnore]
    public LineRange? Lines { get; init; }
}

public enum StepState
{
    Started,
    Cached,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>It is known what is to be done; told before any step of it. Also where planning it failed, after that.</summary>
public sealed record PlanEvent : BuildEvent
{
    /// <summary>The instructions of the stages that are needed, in the order in which they are written.</summary>
    public required IReadOnlyList<PlannedInstruction> Instructions { get; init; }
}

/// <param name="Lines">Where it is.</param>
/// <param name="Source">Its text.</param>
/// <param name="Stage">The index of its stage; null for what stands before the first.</param>
/// <param name="StepCount">How many steps have its lines: none where it changes the configuration alone, several where FROM triggers some.</param>
public sealed record PlannedInstruction(LineRange Lines, string Source, int? Stage, int StepCount);

/// <summary>What a step's program wrote.</summary>
public sealed record OutputEvent : BuildEvent
{
    /// <summary>1 or 2, as the descriptor.</summary>
    public required int Stream { get; init; }

    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>How far a part of a step is: a layer that is pulled, a context that comes.</summary>
public sealed record PartEvent : BuildEvent
{
    public required string Name { get; init; }

    /// <summary>Bytes; 0 where they are not known.</summary>
    public long Current { get; init; }

    public long Total { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Completed { get; init; }
}

/// <summary>What a rule has against a Dockerfile.</summary>
public sealed record WarningEvent : BuildEvent
{
    public required string Rule { get; init; }

    public required string Message { get; init; }

    public required string Description { get; init; }

    public string? Url { get; init; }

    /// <summary>Of the Dockerfile; 0 where no line is meant.</summary>
    public required LineRange Lines { get; init; }

    /// <summary>The lines and those around them; empty for none.</summary>
    public string Excerpt { get; init; } = "";

    /// <summary>All in one line, as BuildKit says it.</summary>
    public string Short => Lines.Start > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Rule}: {Message} (line {Lines.Start})") : Message;
}
