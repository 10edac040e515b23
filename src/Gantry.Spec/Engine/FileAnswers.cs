using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>The header <c>X-Docker-Container-Path-Stat</c>, as base64 of this.</summary>
public sealed record PathStat
{
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("size")]
    public long Size { get; init; }

    /// <summary>Go's os.FileMode: see <see cref="GoFileMode"/>.</summary>
    [JsonPropertyName("mode")]
    public long Mode { get; init; }

    /// <summary>RFC 3339.</summary>
    [JsonPropertyName("mtime")]
    public string Mtime { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("linkTarget")]
    public string LinkTarget { get; init => field = value ?? ""; } = "";
}

/// <summary>The upper bits of Go's os.FileMode (https://pkg.go.dev/io/fs#FileMode).</summary>
public static class GoFileMode
{
    public const long Directory = 1L << 31;
    public const long SymbolicLink = 1L << 27;
    public const long Device = 1L << 26;
    public const long NamedPipe = 1L << 25;
    public const long Socket = 1L << 24;
    public const long SetUserId = 1L << 23;
    public const long SetGroupId = 1L << 22;
    public const long CharacterDevice = 1L << 21;
    public const long Sticky = 1L << 20;
}

/// <summary>One entry of <c>GET /containers/{id}/changes</c>.</summary>
public sealed record FilesystemChange
{
    /// <summary>0 modified, 1 added, 2 deleted.</summary>
    public int Kind { get; init; }

    public string Path { get; init => field = value ?? ""; } = "";
}

/// <summary>The answer to <c>POST /commit</c>.</summary>
public sealed record IdResponse
{
    public string Id { get; init => field = value ?? ""; } = "";
}
