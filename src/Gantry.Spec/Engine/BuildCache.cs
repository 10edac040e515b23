using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>What one step of a build left.</summary>
public sealed record BuildCache
{
    public required string ID { get; init; }

    public string[]? Parents { get; init; }

    /// <summary><c>regular</c>, <c>source.local</c>, <c>exec.cachemount</c>, ….</summary>
    public required string Type { get; init; }

    public required string Description { get; init; }

    public bool InUse { get; init; }

    /// <summary>An image has it too.</summary>
    public bool Shared { get; init; }

    /// <summary>Bytes of disk.</summary>
    public long Size { get; init; }

    public required string CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastUsedAt { get; init; }

    public long UsageCount { get; init; }
}

/// <summary><c>aux</c> of the last message of a build: the image's id.</summary>
public sealed record BuildResult
{
    public required string ID { get; init; }
}

/// <summary>One of <c>outputs</c> of <c>POST /build</c>: what is made of the result.</summary>
public sealed record BuildOutputRequest
{
    public string Type { get; init => field = value ?? ""; } = "";

    public Dictionary<string, string> Attrs { get; init => field = value ?? []; } = [];
}

/// <summary>What is in a directory of the client: the request of <c>POST /gantry/build/contexts</c>.</summary>
public sealed record BuildContextRequest
{
    /// <summary>Names the directory, whoever's it is.</summary>
    public string Key { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(BuildContextEntriesConverter))]
    public BuildContextEntry[] Entries { get; init => field = value ?? []; } = [];

    /// <summary>What the client made of the entries, the same whenever they are; empty where it has nothing of the kind.</summary>
    public string Digest { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// There are no entries yet. The answer has an id where nothing is known of the key: all files are to come there as they are
    /// found, and the entries to <c>POST /gantry/build/contexts/{id}/entries</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsNew { get; init; }

    /// <summary>There are no entries: those are meant that had this digest last time. The answer has no id where they are not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnchanged { get; init; }

    /// <summary>The text of the <c>.dockerignore</c> that the entries were chosen by; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ignored { get; init; }
}

/// <summary>A file, directory or link.</summary>
public sealed record BuildContextEntry
{
    /// <summary>Its path, without a slash at either end.</summary>
    public required string Path { get; init; }

    /// <summary>As lstat(2) has it.</summary>
    public uint Mode { get; init; }

    public long Size { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long Modified { get; init; }

    public string? Link { get; init; }
}

/// <summary>Its answer.</summary>
public sealed record BuildContextResponse
{
    /// <summary>Names the context in <c>POST /build</c>.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Indexes of the entries whose content is to be sent to <c>POST /gantry/build/contexts/{id}</c>.</summary>
    public int[] Missing { get; init => field = value ?? []; } = [];
}

/// <summary>One line of a build's answer where <c>progress=steps</c> was asked for.</summary>
public sealed record BuildMessage
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildStep? Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildStepOutput? Output { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildPart? Part { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildWarning? Warning { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildFailure? Failure { get; init; }

    /// <summary>What was asked with <c>call=</c>: nothing was built.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildAnswer? Answer { get; init; }

    /// <summary>The image's id, or the digest of an index of several; empty where none was made: the build is done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }

    /// <summary>The digest of the manifest or index.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }
}

/// <summary>Times are nanoseconds since 1970.</summary>
public sealed record BuildStep
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The ids of the steps it stands on.</summary>
    public string[] Inputs { get; init => field = value ?? []; } = [];

    /// <summary><c>started</c>, <c>cached</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get; init => field = value ?? ""; } = "";

    public long Started { get; init; }

    public long Completed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

public sealed record BuildStepOutput
{
    public string Step { get; init => field = value ?? ""; } = "";

    public int Stream { get; init; }

    public long At { get; init; }

    public byte[] Data { get; init => field = value ?? []; } = [];
}

public sealed record BuildPart
{
    public string Step { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Bytes.</summary>
    public long Current { get; init; }

    public long Total { get; init; }

    public long Started { get; init; }

    public long Completed { get; init; }
}

public sealed record BuildWarning
{
    public string Rule { get; init => field = value ?? ""; } = "";

    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The rule, the message and the line, as BuildKit says them.</summary>
    public string Short { get; init => field = value ?? ""; } = "";

    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>Where the rule is explained.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>The lines of the Dockerfile that are meant, and those around them.</summary>
    public string Excerpt { get; init => field = value ?? ""; } = "";

    public int Line { get; init; }
}

/// <summary>The answer to a question about a Dockerfile.</summary>
public sealed record BuildAnswer
{
    /// <summary>One of the types of <see cref="Gantry.Spec.Build.DockerfileJson"/>.</summary>
    public string Json { get; init => field = value ?? ""; } = "";

    /// <summary>The same for people.</summary>
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>What the command that asks ends with.</summary>
    public int Status { get; init; }
}

public sealed record BuildFailure
{
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The lines of the Dockerfile that are meant, and those around them.</summary>
    public string Excerpt { get; init => field = value ?? ""; } = "";

    /// <summary>The name of the step that failed, where its program did.</summary>
    public string Step { get; init => field = value ?? ""; } = "";

    /// <summary>The last of what its program wrote.</summary>
    public byte[] Tail { get; init => field = value ?? []; } = [];

    public int ExitCode { get; init; }

    /// <summary>The id of an image of what the program left, where that was asked for (<c>onerror=shell</c>).</summary>
    public string Image { get; init => field = value ?? ""; } = "";
}
