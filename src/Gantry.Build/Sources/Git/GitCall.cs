namespace Gantry.Build.Sources.Git;

/// <summary>One run of git.</summary>
internal sealed record GitCall
{
    public required string Directory { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Those that may be used, with colons between them; none where it is empty.</summary>
    public string Protocols { get; init; } = "";

    /// <summary>Settings of git-config(1).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A directory that it fills, and that may not become too large.</summary>
    public string? Growing { get; init; }

    /// <summary>Takes what it says meanwhile.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Output { get; init; }
}

/// <summary>git could not do something; the message is its own.</summary>
internal sealed class GitFailedException(string message) : Exception(message);
