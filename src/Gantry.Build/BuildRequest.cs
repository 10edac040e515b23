using System.Globalization;
using Gantry.Build.Attestations;
using Gantry.Build.Caching;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Spec;

namespace Gantry.Build;

/// <summary>What is to be built, and how.</summary>
public sealed record BuildRequest
{
    /// <summary>The Dockerfile's text.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>For messages.</summary>
    public string DockerfileName { get; init; } = "Dockerfile";

    /// <summary>The stage to build, by name or number; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>A null value takes the Dockerfile's.</summary>
    public IReadOnlyDictionary<string, string?> Arguments { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>An image is built for each.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [Platform.Current];

    /// <summary>Somebody asked for these platforms: an image is for the one it was asked for, whatever its last stage is built from.</summary>
    public bool HasOwnPlatforms { get; init; }

    /// <summary>What is made has parts for platforms, also where it is one.</summary>
    public bool IsMultiPlatform => Platforms.Count > 1 || Arguments.GetValueOrDefault("BUILDKIT_MULTI_PLATFORM") is "1" or "true";

    /// <summary>Where there are none, the result stays in the cache.</summary>
    public IReadOnlyList<BuildOutput> Outputs { get; init; } = [];

    /// <summary>The names that images of this daemon's get.</summary>
    public IReadOnlyList<ImageReference> Tags => [.. Outputs.OfType<ImageOutput>().SelectMany(output => output.Names).Distinct()];

    public IReadOnlyList<CacheOrigin> CacheFrom { get; init; } = [];

    public IReadOnlyList<CacheDestination> CacheTo { get; init; } = [];

    /// <summary>The image says of which steps its layers came (<c>--cache-to type=inline</c>).</summary>
    public bool InlineCache { get; init; }

    /// <summary>Files of the build's own layers that are newer than <see cref="SourceDateEpoch"/> are written as of then.</summary>
    public bool RewriteTimestamps { get; init; }

    /// <summary>The time of the image and its history; null for when they are made.</summary>
    public DateTimeOffset? SourceDateEpoch => ParseEpoch("SOURCE_DATE_EPOCH", Arguments.GetValueOrDefault("SOURCE_DATE_EPOCH"));

    /// <param name="name">Of what says it.</param>
    /// <param name="text">Seconds since 1970; empty or null for no time.</param>
    public static DateTimeOffset? ParseEpoch(string name, string? text) => text is not { Length: > 0 } ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1L << 35 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new InvalidArgumentException($"invalid {name}: {text}: it must be a number of seconds");

    /// <summary>What images are accompanied by; null for nothing.</summary>
    public AttestationOptions? Attestations { get; init; }

    /// <summary>How it was made is told to whoever asked for it (<see cref="BuildOutcome.Provenances"/>), also where nothing accompanies an image.</summary>
    public bool TellsProvenance { get; init; }

    /// <summary>Where the context is fetched from, without a password; null where the client has it.</summary>
    public string? Source { get; init; }

    /// <summary>The Dockerfile came from the client, and not with the context from where that is fetched.</summary>
    public bool IsDockerfileSent { get; init; }

    /// <summary>What the client knows of the repository that it builds from: <c>source</c>, <c>revision</c>, ….</summary>
    public IReadOnlyDictionary<string, string> Vcs { get; init; } = new Dictionary<string, string>();

    /// <summary>What the build adds is one layer (<c>--squash</c>).</summary>
    public bool Squash { get; init; }

    public bool NoCache { get; init; }

    /// <summary>Stages that are done again.</summary>
    public IReadOnlyList<string> NoCacheFilter { get; init; } = [];

    /// <summary>Asks registries for newer base images.</summary>
    public bool Pull { get; init; }

    /// <summary>Of RUN that does not say; empty for the default.</summary>
    public string Network { get; init; } = "";

    public StepLimits Limits { get; init; } = new();

    /// <summary>What a name in FROM and <c>--from</c> stands for: <c>docker-image://…</c>, or a context of the client of that name.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();

    /// <summary>What a name stands for: for one platform alone where it is given as <c>name::platform</c>, else for all.</summary>
    /// <returns>The name in <see cref="Contexts"/>; null where there is none.</returns>
    public string? ContextFor(string name, Platform platform) =>
        Contexts.ContainsKey($"{name}::{platform}") ? $"{name}::{platform}" : Contexts.ContainsKey(name) ? name : null;

    /// <summary>Those of them that are what another build made.</summary>
    public IReadOnlyDictionary<string, HeldBuild> HeldContexts { get; init; } = new Dictionary<string, HeldBuild>();

    /// <summary>Steps may ask for <c>--security=insecure</c> or <c>--network=host</c>.</summary>
    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();

    /// <summary>An image is made of what a program that failed left (<c>--on-error shell</c>).</summary>
    public bool KeepsFailed { get; init; }
}
