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

    /// <summary>As variables of RUN: programs look for one case or the other, so that an argument in one alone sets both.</summary>
    public static IReadOnlyList<string> ProxyEnv(IReadOnlyDictionary<string, string?> arguments) =>
    [
        .. Proxies.Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Value: arguments.GetValueOrDefault(name) ?? arguments.GetValueOrDefault(InOtherCase(name))))
            .Where(variable => variable.Value is not null).Select(variable => $"{variable.Name}={variable.Value}"),
    ];

    private static string InOtherCase(string name) => char.IsAsciiLetterUpper(name[0]) ? name.ToLowerInvariant() : name.ToUpperInvariant();

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
