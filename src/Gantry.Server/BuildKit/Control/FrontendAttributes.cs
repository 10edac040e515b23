using System.Globalization;
using Gantry.Build;
using Gantry.Build.Attestations;
using Gantry.Build.Caching;
using Gantry.Build.Calls;
using Gantry.Build.Outputs;
using Gantry.Images.Layouts;
using Gantry.Server.Building;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What the frontend of Dockerfiles is told (docs of BuildKit, "frontend attributes").</summary>
/// <param name="wanted">What is built.</param>
internal sealed class FrontendAttributes(SolveRequest wanted)
{
    private const string Context = "context";
    private const string Subdirectory = "contextsubdir";
    private const string InputPrefix = "input:";
    private const string UploadPrefix = "http://buildkit-session/";
    private readonly IReadOnlyDictionary<string, string> attributes = wanted.Attributes;

    /// <summary>The Dockerfile's path in its directory.</summary>
    public string FileName => attributes.GetValueOrDefault("filename") is { Length: > 0 } name ? name : "Dockerfile";

    /// <summary>The name of the directory of the Dockerfile; null where it is in the context.</summary>
    public string? DockerfileDirectory => attributes.GetValueOrDefault("dockerfilekey");

    public string ContextDirectory => attributes.GetValueOrDefault("contextkey") ?? Context;

    /// <summary>Where the client offers the context as an archive, from its standard input; null where it does not.</summary>
    public Uri? Upload => Address is { } address && address.StartsWith(UploadPrefix, StringComparison.Ordinal) ? new(address) : null;

    /// <summary>An address that the context is fetched from; null where the client has it.</summary>
    public string? Remote => Upload is not null || (Address ?? Input) is not { } address ? null
        : attributes.GetValueOrDefault(Subdirectory) is { } directory ? RemoteDefinition.Below(Git(address), directory)
        : address;

    /// <summary>The context, where the client describes it by steps.</summary>
    private string? Input => !wanted.Inputs.TryGetValue(Context, out var address) ? null
        : address is null || address.StartsWith(BuiltDefinition.OfSolve, StringComparison.Ordinal) ? throw new GrpcException(GrpcCode.Unimplemented, "gantry builds from directories, archives, git repositories and web servers, not from a context that steps of the client make")
        : address;

    /// <summary>The names of the client's directories, by the name in the Dockerfile.</summary>
    public IReadOnlyDictionary<string, string> LocalContexts => Prefixed("context:")
        .Where(pair => pair.Value.StartsWith("local:", StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key, pair => pair.Value["local:".Length..]);

    /// <summary>The session that offers a directory; null for the one of the build.</summary>
    public string? SessionOf(string directory) => attributes.GetValueOrDefault($"local-sessionid:{directory}") is { Length: > 0 } id ? id : null;

    /// <summary>The question that is asked in place of a build; null for a build.</summary>
    public DockerfileCall? Call => attributes.GetValueOrDefault("requestid") switch
    {
        null or "" => null,
        "frontend.lint" => DockerfileCall.Check,
        "frontend.outline" => DockerfileCall.Outline,
        "frontend.targets" => DockerfileCall.Targets,
        "frontend.subrequests.describe" => DockerfileCall.Describe,
        var other => throw new GrpcException(GrpcCode.Unimplemented, $"unsupported request {other}"),
    };

    /// <summary>The build without its Dockerfile.</summary>
    /// <param name="layouts">Finds a layout that the client keeps.</param>
    public BuildRequest Request(IReadOnlyList<BuildOutput> outputs, SolveRequest request, Func<string, ILayoutTarget> layouts)
    {
        if (Remote is null && attributes.ContainsKey(Subdirectory))
        {
            throw NoSubdirectory();
        }

        return new()
        {
            Dockerfile = "",
            Target = attributes.GetValueOrDefault("target"),
            Arguments = Prefixed("build-arg:").ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            Labels = Prefixed("label:"),
            Outputs = outputs,
            RewriteTimestamps = request.Exports.Any(export => export.Options.RewritesTimestamps),
            CacheFrom = [.. request.CacheFrom.Concat(Words(attributes.GetValueOrDefault("cache-from")).Select(CacheOptions.Parse)).Select(cache => cache.Origin()).OfType<CacheOrigin>()],
            CacheTo = [.. request.CacheTo.Select(cache => cache.Destination(streams: null, layouts)).OfType<CacheDestination>()],
            Attestations = AttestationOptions.Parse(Prefixed("attest:")),
            Source = Remote is { } remote ? ContextAddress.Redact(remote) : null,
            Vcs = Prefixed("vcs:").Where(pair => pair.Value.Length > 0).ToDictionary(),
            InlineCache = request.CacheTo.Any(cache => cache.Type == "inline") || attributes.GetValueOrDefault("build-arg:BUILDKIT_INLINE_CACHE") is "1" or "true",
            HasOwnPlatforms = Words(attributes.GetValueOrDefault("platform")).Length > 0,
            Platforms = Words(attributes.GetValueOrDefault("platform")) is { Length: > 0 } platforms ? [.. platforms.Select(Platform.Parse).Distinct()] : [Platform.Current],
            NoCache = attributes.TryGetValue("no-cache", out var stages) && stages.Length == 0,
            NoCacheFilter = Words(stages),
            Pull = attributes.GetValueOrDefault("image-resolve-mode") == "pull",
            Network = attributes.GetValueOrDefault("force-network-mode") is { } network and not "sandbox" ? network : "",
            Limits = new()
            {
                ExtraHosts = [.. Words(attributes.GetValueOrDefault("add-hosts")).Select(Host)],
                Ulimits = [.. Words(attributes.GetValueOrDefault("ulimit")).Select(Limit)],
                ShmSize = attributes.GetValueOrDefault("shm-size") is { Length: > 0 } size ? Number("shm-size", size) : 0,
                CgroupParent = attributes.GetValueOrDefault("cgroup-parent") ?? "",
                HostName = attributes.GetValueOrDefault("hostname") is { Length: > 0 } host ? host : null,
            },
            Contexts = Prefixed("context:").ToDictionary(pair => pair.Key, pair => Place(pair.Key, pair.Value)),
            Entitlements = request.Entitlements,
        };
    }

    private static string Git(string address) => ContextAddress.IsGit(address) && !address.Contains('?', StringComparison.Ordinal) ? address : throw NoSubdirectory();

    private static GrpcException NoSubdirectory() =>
        new(GrpcCode.Unimplemented, $"gantry supports {Subdirectory} for git repositories whose address has no query only: name the directory behind the address, as in address#branch:directory");

    private string? Address => attributes.GetValueOrDefault(ContextDirectory);

    private string Place(string name, string value)
    {
        if (value.StartsWith(InputPrefix, StringComparison.Ordinal) && wanted.Inputs.GetValueOrDefault(value[InputPrefix.Length..]) is { } address)
        {
            return address;
        }

        // The frontend takes these with and without slashes.
        value = WithSlashes(WithSlashes(value, "docker-image:"), "oci-layout:");
        return value.StartsWith("local:", StringComparison.Ordinal) || ContextAddress.ImageOf(value) is not null || ContextAddress.IsRemote(value) || LayoutAddress.TryParse(value, out _) ? value
            : throw new GrpcException(GrpcCode.Unimplemented, $"gantry does not support the context {name}={value}: a directory, docker-image://, oci-layout://, another target or an address can be one");
    }

    private static string WithSlashes(string address, string scheme) =>
        address.StartsWith(scheme, StringComparison.Ordinal) && !address.StartsWith(scheme + "//", StringComparison.Ordinal) ? $"{scheme}//{address[scheme.Length..]}" : address;

    private Dictionary<string, string> Prefixed(string prefix) => attributes
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    private static string[] Words(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string Host(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var cut
        ? $"{text[..cut]}:{text[(cut + 1)..]}"
        : throw new GrpcException(GrpcCode.InvalidArgument, $"invalid host {text}: it must be name=address");

    private static Ulimit Limit(string text)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        var values = text[(cut + 1)..].Split(':');
        var soft = Number("ulimit", values[0]);
        return new() { Name = text[..Math.Max(cut, 0)], Soft = soft, Hard = values.Length > 1 ? Number("ulimit", values[1]) : soft };
    }

    private static long Number(string name, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new GrpcException(GrpcCode.InvalidArgument, $"invalid value \"{text}\" of {name}: it must be a number");
}
