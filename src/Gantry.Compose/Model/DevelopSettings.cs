using Gantry.Compose.Nodes;

namespace Gantry.Compose.Model;

public sealed record DevelopSettings
{
    public IReadOnlyList<WatchRule> Watch { get; init; } = [];

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}

/// <summary>What to do when something below a path changes.</summary>
public sealed record WatchRule
{
    public const string Rebuild = "rebuild";
    public const string Sync = "sync";
    public const string Restart = "restart";
    public const string SyncRestart = "sync+restart";
    public const string SyncExec = "sync+exec";

    public required string Path { get; init; }

    /// <summary><c>rebuild</c>, <c>sync</c>, <c>restart</c>, <c>sync+restart</c> or <c>sync+exec</c>.</summary>
    public required string Action { get; init; }

    public string? Target { get; init; }

    public ServiceHook? Exec { get; init; }

    public IReadOnlyList<string> Include { get; init; } = [];

    public IReadOnlyList<string> Ignore { get; init; } = [];

    public bool InitialSync { get; init; }

    public IReadOnlyDictionary<string, Node> Extensions { get; init; } = Empty.Map<Node>();
}
