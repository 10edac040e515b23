using Gantry.Spec;

namespace Gantry.Build.Planning;

/// <summary>Arguments that every Dockerfile has without declaring them before FROM (reference.md, "Automatic platform ARGs"), and the proxies that RUN gets.</summary>
internal static class PlatformArguments
{
    /// <summary>Given to programs though nobody declared them, and told to nobody.</summary>
    public static readonly IReadOnlySet<string> Proxies = new HashSet<string>(StringComparer.Ordinal)
    {
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
    };

    /// <summary>As variables of RUN: whichever case an argument has, programs look for the one or the other.</summary>
    public static IReadOnlyList<string> ProxyEnv(IReadOnlyDictionary<string, string?> arguments) =>
    [
        .. arguments.Where(argument => Proxies.Contains(argument.Key) && argument.Value is not null).OrderBy(argument => argument.Key, StringComparer.Ordinal)
            .SelectMany(argument => (string[])[$"{argument.Key.ToUpperInvariant()}={argument.Value}", $"{argument.Key.ToLowerInvariant()}={argument.Value}"]).Distinct(),
    ];

    public static Dictionary<string, string?> Of(Platform target, string? targetStage) => new(StringComparer.Ordinal)
    {
        ["BUILDPLATFORM"] = Platform.Current.ToString(),
        ["BUILDOS"] = Platform.Current.Os,
        ["BUILDOSVERSION"] = "",
        ["BUILDARCH"] = Platform.Current.Architecture,
        ["BUILDVARIANT"] = Platform.Current.Variant ?? "",
        ["TARGETPLATFORM"] = target.ToString(),
        ["TARGETOS"] = target.Os,
        ["TARGETOSVERSION"] = "",
        ["TARGETARCH"] = target.Architecture,
        ["TARGETVARIANT"] = target.Variant ?? "",
        ["TARGETSTAGE"] = targetStage ?? "default",
    };
}
