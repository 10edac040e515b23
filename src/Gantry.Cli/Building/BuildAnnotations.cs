using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Building;

/// <summary>What a build is to say of its images: <c>--annotation</c>, <c>--attest</c>, <c>--provenance</c> and <c>--sbom</c>.</summary>
internal static partial class BuildAnnotations
{
    /// <summary>As attributes of an output: <c>index,manifest[linux/amd64]:key=value</c> is two.</summary>
    public static Dictionary<string, string> Of(Invocation call)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var text in call.List("annotation"))
        {
            var match = Annotation().Match(text);
            if (!match.Success) throw new CommandLineException($"ERROR: invalid annotation {OptionValues.Quote(text)}, expected key=value");
            foreach (var place in match.Groups["places"].Value.Split(','))
            {
                var cut = place.IndexOf('[', StringComparison.Ordinal);
                var (type, platform) = cut < 0 ? (place, "") : (place[..cut], place[cut..]);
                attributes[$"annotation{(type.Length == 0 ? "" : "-" + type)}{platform}.{match.Groups["key"].Value}"] = match.Groups["value"].Value;
            }
        }

        return attributes;
    }

    /// <summary>By their types; what is said last counts.</summary>
    public static Dictionary<string, string> Attestations(Invocation call)
    {
        var attestations = new Dictionary<string, string>();
        foreach (var text in call.List("attest"))
        {
            if (!BuildResults.Fields("--attest", text).TryGetValue("type", out var type)) throw new CommandLineException($"ERROR: attestation type not specified in {OptionValues.Quote(text)}");
            attestations[type] = text;
        }

        foreach (var type in (string[])["provenance", "sbom"])
        {
            if (call.Has(type)) attestations[type] = call.Text(type);
        }

        return attestations;
    }

    [GeneratedRegex(@"^(?:(?<places>[a-z-]+(?:\[[^\]]+\])?(?:,[a-z-]+(?:\[[^\]]+\])?)*):)?(?<key>[^=\s]+)=(?<value>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
