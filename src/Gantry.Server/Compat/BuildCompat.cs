using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Build.Attestations;
using Gantry.Build.Caching;
using Gantry.Build.Calls;
using Gantry.Build.Outputs;
using Gantry.Engine.Backends;
using Gantry.Server.Building;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Reads the query and headers of <c>POST /build</c>.</summary>
internal static class BuildCompat
{
    private const string SecretsHeader = "X-Gantry-Build-Secrets";

    /// <param name="streams">Where clients take what is not made an image.</param>
    /// <param name="isClassic">The client reads the classic stream, and means by its words what the classic builder does.</param>
    public static BuildJob Job(ApiRequest request, ClientStreams streams, bool isClassic)
    {
        if (request.Query("version") is { } builder and not "1")
        {
            throw new InvalidArgumentException($"invalid version \"{builder}\"");
        }

        Refuse(request, "session", "BuildKit's session: build with gantry, or with DOCKER_BUILDKIT=0");
        if (request.Query("isolation") is { } isolation and not "default")
        {
            throw new InvalidArgumentException($"invalid isolation '{isolation}' on linux");
        }

        var contexts = Map(request, "contexts");
        var arguments = Json(request, "buildargs", EngineJsonContext.Default.DictionaryStringString) ?? [];
        var outputs = Outputs(request);
        var cacheTo = Texts(request, "cacheto").Select(CacheOptions.Parse).ToList();
        var (context, remote) = (request.Query("context"), request.Query("remote"));
        // Of files that came before, and beside an address where the client says so, the body is the Dockerfile.
        var hasDockerfile = context is not null || request.Query("body") == "dockerfile";
        return new()
        {
            Request = new()
            {
                Dockerfile = "",
                Target = request.Query("target"),
                Arguments = arguments.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
                Labels = Map(request, "labels"),
                HasOwnPlatforms = request.Query("platform") is not null,
                Platforms = request.Query("platform") is { } platforms ? [.. platforms.Split(',').Select(Platform.Parse).Distinct()] : [Platform.Current],
                Outputs = [.. outputs.Select(output => Output(output, request, streams))],
                RewriteTimestamps = outputs.Any(output => output.RewritesTimestamps),
                CacheFrom = [.. Texts(request, "cachefrom").Select(text => isClassic ? new ImageCacheOrigin(text) : CacheOptions.Parse(text).Origin()).OfType<CacheOrigin>()],
                CacheTo = [.. cacheTo.Select(cache => cache.Destination(streams)).OfType<CacheDestination>()],
                Attestations = AttestationOptions.Parse(Map(request, "attests")),
                Source = remote is null ? null : ContextAddress.Redact(remote),
                Squash = request.QueryFlag("squash"),
                InlineCache = cacheTo.Any(cache => cache.Type == "inline") || arguments.GetValueOrDefault("BUILDKIT_INLINE_CACHE") is "1" or "true",
                NoCache = request.QueryFlag("nocache"),
                KeepsFailed = request.Query("onerror") switch
                {
                    null => false,
                    "shell" => true,
                    var other => throw new InvalidArgumentException($"invalid value \"{other}\" of onerror: it can be shell"),
                },
                NoCacheFilter = request.QueryAll("nocachefilter"),
                Pull = request.QueryFlag("pull"),
                Network = request.Query("networkmode") is { } network and not "default" ? network : "",
                Limits = new()
                {
                    ExtraHosts = request.QueryAll("extrahosts"),
                    Ulimits = Json(request, "ulimits", EngineJsonContext.Default.UlimitArray) ?? [],
                    ShmSize = Number(request, "shmsize"),
                    CgroupParent = request.Query("cgroupparent") ?? "",
                    Memory = Number(request, "memory"),
                    MemorySwap = Number(request, "memswap"),
                    CpuShares = Number(request, "cpushares"),
                    CpuPeriod = Number(request, "cpuperiod"),
                    CpuQuota = Number(request, "cpuquota"),
                    CpusetCpus = request.Query("cpusetcpus") ?? "",
                    CpusetMems = request.Query("cpusetmems") ?? "",
                },
                Contexts = contexts,
                Entitlements = request.QueryAll("allow").ToHashSet(StringComparer.Ordinal),
            },
            DockerfilePath = request.Query("dockerfile") ?? "Dockerfile",
            Archive = context is null && remote is null ? request.Http.Request.Body : null,
            ContextId = context,
            Remote = remote,
            Dockerfile = hasDockerfile ? request.Http.Request.Body : null,
            Id = request.Query("buildid"),
            NamedContexts = contexts.Where(pair => !pair.Value.Contains("://", StringComparison.Ordinal) && !ContextAddress.IsRemote(pair.Value)).ToDictionary(),
            Secrets = Header(request, SecretsHeader, EngineJsonContext.Default.DictionaryStringByteArray) ?? [],
            Agents = Map(request, "agents"),
            Auths = Header(request, "X-Registry-Config", EngineJsonContext.Default.DictionaryStringAuthConfig) ?? [],
        };
    }

    /// <summary>The question that is asked in place of a build, where answers come in steps; null for a build.</summary>
    public static DockerfileCall? Call(ApiRequest request) => request.Query("call") switch
    {
        null or "build" => null,
        "check" or "lint" => DockerfileCall.Check,
        "outline" => DockerfileCall.Outline,
        "targets" => DockerfileCall.Targets,
        var other => throw new InvalidArgumentException($"invalid call \"{other}\": want build, check, outline or targets"),
    };

    public static BuildPruneOptions Prune(ApiRequest request) => new()
    {
        All = request.QueryFlag("all"),
        Keep = Math.Max(Math.Max(Number(request, "keep-storage"), Number(request, "reserved-space")), Number(request, "max-used-space")),
        Free = Number(request, "min-free-space"),
        Filters = request.Filters(),
    };

    private static IReadOnlyList<OutputOptions> Outputs(ApiRequest request)
    {
        var given = Json(request, "outputs", EngineJsonContext.Default.BuildOutputRequestArray) ?? [];
        return given.Length == 0 ? [new("image", new Dictionary<string, string>())] : [.. given.Select(output => new OutputOptions(output.Type, output.Attrs).Verify()).Where(output => !output.IsNothing)];
    }

    private static BuildOutput Output(OutputOptions options, ApiRequest request, ClientStreams streams)
    {
        IReadOnlyList<ImageReference> names = [.. request.QueryAll("t").Where(tag => tag.Length > 0).Select(options.Name).Concat(options.Names).Distinct()];
        if (options.Attributes.GetValueOrDefault(CacheOptions.ClientKey) is not { } id)
        {
            return options.Type is "image" or "registry" or "moby" or "docker"
                ? options.Image(names)
                : throw new UnsupportedException($"the output type={options.Type} goes to the client: build with gantry, or with docker buildx");
        }

        if (options.IsLayout)
        {
            throw new UnsupportedException($"gantry does not support tar=false of the output type={options.Type} here: unpack the archive, or build with docker buildx");
        }

        return options.Type switch
        {
            "local" or "tar" => options.Tree(streams.TreesTo(id)),
            "oci" or "docker" => options.Archive(names, streams.To(id)),
            _ => throw new InvalidArgumentException($"the output type={options.Type} does not go to the client"),
        };
    }

    private static string[] Texts(ApiRequest request, string name) => Json(request, name, EngineJsonContext.Default.StringArray) ?? [];

    private static void Refuse(ApiRequest request, string name, string what)
    {
        if (request.Query(name) is not (null or "[]"))
        {
            throw new UnsupportedException($"gantry does not support {what} here ({name})");
        }
    }

    private static long Number(ApiRequest request, string name) => request.Query(name) is not { } text ? 0
        : long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidArgumentException($"invalid value \"{text}\" of {name}: it must be a number");

    public static Dictionary<string, string> Map(ApiRequest request, string name) => Json(request, name, EngineJsonContext.Default.DictionaryStringString) ?? [];

    public static T? Json<T>(ApiRequest request, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return request.Query(name) is { } text ? JsonSerializer.Deserialize(text, type) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"invalid JSON in {name}: {JsonProblem.Describe(e)}", e);
        }
    }

    private static T? Header<T>(ApiRequest request, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return request.Http.Request.Headers[name].ToString() is { Length: > 0 } text
                ? JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_').TrimEnd('=')), type)
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new InvalidArgumentException($"invalid header {name}: it must be JSON in base64", e);
        }
    }
}
