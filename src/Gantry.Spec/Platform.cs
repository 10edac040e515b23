using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Gantry.Spec;

/// <summary>What an image runs on: <c>os/architecture[/variant]</c> (OCI image-index.md, "platform").</summary>
public sealed record Platform
{
    private const string Wanted = "want os/architecture or os/architecture/variant";

    /// <summary>What stands for a system, and what for an architecture, where it stands alone (Go's GOOS and GOARCH, and uname(2)).</summary>
    private static readonly string[] Systems =
        ["linux", "windows", "darwin", "macos", "freebsd", "aix", "android", "dragonfly", "hurd", "illumos", "ios", "js", "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "zos"];

    private static readonly string[] Architectures =
    [
        "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le",
        "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm", "x86_64", "x86-64", "aarch64", "i386", "i686", "armhf", "armel",
    ];

    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    [JsonPropertyName("os")]
    public required string Os { get; init; }

    [JsonPropertyName("os.version")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    [JsonPropertyName("variant")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    /// <summary>The platform this process runs on.</summary>
    public static Platform Current { get; } = new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    /// <summary>Reads <c>linux/arm64/v8</c>, <c>linux/amd64</c>, <c>arm64</c> or <c>linux</c>; names of uname(2) are understood.</summary>
    public static Platform Parse(string text) => Read(text, out var platform) is { } fault
        ? throw new InvalidArgumentException($"invalid platform {text}: {fault}")
        : platform!;

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform) => TryParse(text, out platform, out _);

    /// <inheritdoc cref="Parse"/>
    /// <param name="text">What is read.</param>
    /// <param name="platform">What it says.</param>
    /// <param name="fault">What is wrong with it, in containerd's words.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform, [NotNullWhen(false)] out string? fault) => (fault = Read(text, out platform)) is null;

    /// <returns>What is wrong with it, in containerd's words.</returns>
    private static string? Read(string text, out Platform? platform)
    {
        platform = null;
        var parts = text.Split('/');
        if (parts.Length > 3)
        {
            return Wanted;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0 || parts[i].Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')))
            {
                return i == 0
                    ? $"\"{parts[i]}\" is an invalid OS component of \"{text}\": {Wanted}"
                    : $"\"{parts[i]}\" is an invalid component of \"{text}\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument";
            }
        }

        var first = parts[0].ToLowerInvariant();
        if (parts.Length == 1 && !Systems.Contains(first) && !Architectures.Contains(first))
        {
            return $"unknown operating system or architecture: {Wanted}";
        }

        platform = (parts.Length, first) switch
        {
            (1, _) when Systems.Contains(first) => new Platform { Os = first, Architecture = Current.Architecture },
            (1, _) => new Platform { Os = "linux", Architecture = first },
            (2, _) => new Platform { Os = first, Architecture = parts[1].ToLowerInvariant() },
            _ => new Platform { Os = first, Architecture = parts[1].ToLowerInvariant(), Variant = parts[2].ToLowerInvariant() },
        };
        platform = platform.Normalise();
        return null;
    }

    /// <summary>The same platform by OCI's names: <c>x86_64</c> is <c>amd64</c>, <c>aarch64</c> and <c>arm64/v8</c> are <c>arm64</c>, <c>armhf</c> is <c>arm/v7</c>.</summary>
    public Platform Normalise()
    {
        var (architecture, variant) = (Architecture, string.IsNullOrEmpty(Variant) ? null : Variant) switch
        {
            ("x86_64" or "x86-64" or "amd64", null or "v1") => ("amd64", null),
            ("x86_64" or "x86-64" or "amd64", var v) => ("amd64", v),
            ("aarch64" or "arm64", null or "8" or "v8") => ("arm64", null),
            ("aarch64" or "arm64", var v) => ("arm64", v),
            ("i386" or "i686" or "386", _) => ("386", null),
            ("armhf", _) or ("arm", null or "7" or "v7") => ("arm", "v7"),
            ("armel", _) or ("arm", "6" or "v6") => ("arm", "v6"),
            ("arm", "5") => ("arm", "v5"),
            var other => other,
        };
        return this with { Architecture = architecture, Variant = variant };
    }

    /// <summary>How well an image for <paramref name="candidate"/> serves this platform: 0 is exact, higher is worse, null is not at all.</summary>
    public int? Rank(Platform candidate)
    {
        var wanted = Normalise();
        var offered = candidate.Normalise();
        if (wanted.Os != offered.Os || wanted.Architecture != offered.Architecture)
        {
            return null;
        }

        return wanted.Variant == offered.Variant ? 0 : Level(wanted) - Level(offered) is > 0 and var distance ? distance : null;
    }

    public override string ToString() => string.IsNullOrEmpty(Variant) ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    /// <summary>The level of a variant: a processor runs what is made for a lower one of its kind.</summary>
    private static int Level(Platform platform) => platform switch
    {
        { Variant: ['v', var digit and >= '0' and <= '9'] } => digit - '0',
        { Architecture: "arm64", Variant: null } => 8,
        { Architecture: "amd64", Variant: null } => 1,
        _ => 0,
    };
}
