using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Reads the query and headers of <c>POST /build</c>.</summary>
internal static class BuildCompat
{
    private const string SecretsHeader = "X-Gantry-Build-Secrets";

    public static BuildJob Job(ApiRequest request)
    {
        Refuse(request, "session", "BuildKit's session: build with gantry, or with DOCKER_BUILDKIT=0");
        Refuse(request, "outputs", "--output");
        Refuse(request, "isolation", "isolation");
        var contexts = Map(request, "contexts");
        var (context, remote) = (request.Query("context"), request.Query("remote"));
        // Of files that came before, and beside an address where the client says so, the body is the Dockerfile.
        var hasDockerfile = context is not null || request.Query("body") == "dockerfile";
        return new()
        {
            Request = new()
            {
                Dockerfile = "",
                Target = request.Query("target"),
                Arguments = Json(request, "buildargs", EngineJsonContext.Default.DictionaryStringString) is { } arguments ? arguments.ToDictionary(pair => pair.Key, pair => (string?)pair.Value) : new Dictionary<string, string?>(),
                Labels = Map(request, "labels"),
                Tags = [.. request.QueryAll("t").Where(tag => tag.Length > 0).Select(Tag).Distinct()],
                Platform = request.Query("platform") is { } platform ? Platform.Parse(platform) : Platform.Current,
                NoCache = request.QueryFlag("nocache"),
                NoCacheFilter = request.QueryAll("nocachefilter"),
                Pull = request.Query("pull") is not (null or "0" or "false"),
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
                Squash = request.QueryFlag("squash") ? throw new UnsupportedException("squash is not supported yet") : false,
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

    public static BuildPruneOptions Prune(ApiRequest request) => new()
    {
        All = request.QueryFlag("all"),
        Keep = Math.Max(Number(request, "keep-storage"), Number(request, "reserved-space")),
        Filters = request.Filters(),
    };

    private static ImageReference Tag(string text)
    {
        var reference = ImageReference.Parse(text);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidArgumentException($"build tag {text} cannot contain a digest");
    }

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

    private static Dictionary<string, string> Map(ApiRequest request, string name) => Json(request, name, EngineJsonContext.Default.DictionaryStringString) ?? [];

    private static T? Json<T>(ApiRequest request, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return request.Query(name) is { } text ? JsonSerializer.Deserialize(text, type) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"invalid JSON in {name}: {e.Message}", e);
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
