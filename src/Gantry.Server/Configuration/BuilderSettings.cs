using System.Text.Json;
using Gantry.Engine.Backends;
using Gantry.Engine.Disk;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>What the build cache is kept to and what builds may ask for: <c>builder</c> of Docker's daemon.json, and flags that say the same.</summary>
internal static class BuilderSettings
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        new("builder-gc", "builder.gc", null, "keep=size[,filter=name=value][,all=true]", "What the build cache is kept to after each build; may be repeated (default no limit)",
            (options, value) => options with { BuildCachePolicies = [.. options.BuildCachePolicies, Policy(value)] }) { Unfold = Policies },
        new("builder-entitlement", "builder.entitlements", null, "name=value", "What builds may ask for with --allow: network-host and device (default true) or security-insecure (default false); may be repeated",
            (options, value) => options with { BuildEntitlements = options.BuildEntitlements.With(value) }) { Unfold = DaemonJson.Pairs },
    ];

    private static BuildPruneOptions Policy(string text)
    {
        var filters = Filters.None;
        var options = new BuildPruneOptions { Filters = filters };
        foreach (var part in text.Split(','))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            switch (name)
            {
                case "keep":
                    options = options with { Keep = ByteSize.OfFiles("size to keep of the build cache", value) };
                    break;
                case "free":
                    options = options with { Free = ByteSize.OfFiles("size to keep free", value) };
                    break;
                case "all":
                    options = options with { All = DaemonSetting.Switch("all of builder-gc", value) };
                    break;
                case "filter" when value.Split('=', 2) is [{ Length: > 0 } key, var wanted]:
                    // BuildKit's name for it.
                    filters = filters.With(key == "unused-for" ? "until" : key, wanted.TrimStart('='));
                    break;
                default:
                    throw new InvalidArgumentException($"invalid builder-gc \"{part}\": keep=size, free=size, all=true or filter=name=value is needed");
            }
        }

        return options with { Filters = filters };
    }

    /// <summary><c>{"enabled": true, "defaultKeepStorage": "20GB", "policy": [{"keepStorage": "10GB", "filter": ["unused-for=2200h"], "all": true}]}</c>.</summary>
    private static IEnumerable<string> Policies(JsonElement gc)
    {
        if (Text(gc, "enabled") is "false" or "False")
        {
            yield break;
        }

        if (gc.TryGetProperty("policy", out var policies) && policies.ValueKind == JsonValueKind.Array && policies.GetArrayLength() > 0)
        {
            foreach (var policy in policies.EnumerateArray())
            {
                yield return Flag(policy, ["keepStorage", "maxUsedSpace", "reservedSpace"], ["minFreeSpace"]);
            }
        }
        else if (Flag(gc, ["defaultKeepStorage", "defaultMaxUsedSpace", "defaultReservedSpace"], ["defaultMinFreeSpace"]) is { Length: > 0 } whole)
        {
            // As BuildKit: what images share goes where the rest was not enough.
            yield return whole;
            yield return whole + ",all=true";
        }
    }

    private static string Flag(JsonElement policy, string[] keeps, string[] frees) => string.Join(',', ((string?[])
    [
        First(policy, keeps) is { } keep ? "keep=" + keep : null,
        First(policy, frees) is { } free ? "free=" + free : null,
        Text(policy, "all") is { } all ? "all=" + all.ToLowerInvariant() : null,
        .. policy.TryGetProperty("filter", out var filters) ? Terms(filters).Select(term => "filter=" + term) : [],
    ]).OfType<string>());

    /// <summary>A list of terms, or Docker's other form: <c>{"unused-for": {"48h": true}}</c>.</summary>
    private static IEnumerable<string> Terms(JsonElement filters) => filters.ValueKind == JsonValueKind.Array
        ? filters.EnumerateArray().Select(term => term.ToString())
        : filters.EnumerateObject().SelectMany(filter => filter.Value.EnumerateObject(), (filter, value) => $"{filter.Name}={value.Name}");

    private static string? First(JsonElement element, string[] names) => names.Select(name => Text(element, name)).FirstOrDefault(text => text is { Length: > 0 });

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;
}
