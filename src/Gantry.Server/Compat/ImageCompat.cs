using System.Text.Json;
using Gantry.Engine.Backends;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Compat;

/// <summary>Images in older versions of the API.</summary>
internal static class ImageCompat
{
    /// <summary>Until 1.40 there was a parameter <c>filter</c> too, a reference.</summary>
    public static Filters Filters(ApiRequest request)
    {
        var filters = request.Filters();
        if (!request.Version.IsBefore(41) || request.Query("filter") is not { } reference)
        {
            return filters;
        }

        var values = filters.Keys.ToDictionary(key => key, key => filters[key], StringComparer.Ordinal);
        values["reference"] = [.. filters["reference"], reference];
        return new Filters(values);
    }

    /// <summary>The one platform of a request, as JSON; null where there is none, and in versions that have none.</summary>
    public static Platform? Platform(ApiRequest request, int sinceMinor) => Platforms(request, "platform", sinceMinor) switch
    {
        [] => null,
        [var platform] => platform,
        _ => throw new InvalidArgumentException("invalid platform: only one may be given"),
    };

    /// <summary>Platforms as JSON, the parameter given once for each; none in versions that have none.</summary>
    public static IReadOnlyList<Platform> Platforms(ApiRequest request, string name, int sinceMinor) =>
        request.Version.IsBefore(sinceMinor) ? [] : [.. request.QueryAll(name).Where(json => json.Length > 0).Select(ParsePlatform)];

    private static Platform ParsePlatform(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, EngineJsonContext.Default.OciPlatform) is { Os.Length: > 0, Architecture.Length: > 0 } platform
                ? Spec.Platform.Parse(string.Join('/', ((string[])[platform.Os, platform.Architecture, platform.Variant ?? ""]).Where(part => part.Length > 0)))
                : throw new InvalidArgumentException($"invalid platform {json}: os and architecture must be given");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"invalid platform {json}: want {{\"os\":…,\"architecture\":…}}", e);
        }
    }

    public static IReadOnlyList<ImageSummary> List(IReadOnlyList<ImageSummary> list, ApiVersion version) =>
        version.IsBefore(48) ? [.. list.Select(image => Summary(image, version))] : list;

    /// <summary>docker-compose 1 speaks the newest version and reads a member of an older one, without which it makes no container anew.</summary>
    public static ApiVersion VersionToInspect(ApiRequest request) =>
        request.Http.Request.Headers.UserAgent.ToString().StartsWith("docker-compose/1.", StringComparison.Ordinal) && !request.Version.IsBefore(45) ? new(1, 44) : request.Version;

    public static ImageInspectResponse Inspect(ImageInspectResponse image, ApiVersion version)
    {
        if (version.IsBefore(50))
        {
            image = image with { Config = WithContainerMembers(image.Config) };
        }

        if (version.IsBefore(48))
        {
            image = image with { Descriptor = null };
        }

        if (version.IsBefore(45))
        {
            image = image with { Container = "", ContainerConfig = new ContainerConfig() };
        }

        return version.IsBefore(44) ? image with { VirtualSize = image.Size, Created = image.Created ?? GoTime.Zero } : image;
    }

    private static ImageSummary Summary(ImageSummary image, ApiVersion version)
    {
        image = image with { Descriptor = null };
        if (version.IsBefore(44))
        {
            image = image with { VirtualSize = image.Size };
        }

        return version.IsBefore(43) && image.RepoTags.Length == 0 && image.RepoDigests.Length == 0
            ? image with { RepoTags = ["<none>:<none>"], RepoDigests = ["<none>@<none>"] }
            : image;
    }

    /// <summary>Members of a container's configuration that an image never has, and that were shown empty.</summary>
    private static ImageInspectConfig? WithContainerMembers(ImageInspectConfig? config) => config is null
        ? null
        : config with
        {
            Hostname = "",
            Domainname = "",
            AttachStdin = false,
            AttachStdout = false,
            AttachStderr = false,
            Tty = false,
            OpenStdin = false,
            StdinOnce = false,
            Image = "",
        };
}
