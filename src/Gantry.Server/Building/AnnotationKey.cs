using System.Text.RegularExpressions;
using Gantry.Build.Outputs;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>An attribute of an output that is an annotation: <c>annotation-index.key</c>, <c>annotation[linux/amd64].key</c> (docs of BuildKit, "Annotations").</summary>
internal static partial class AnnotationKey
{
    /// <returns>Null for another attribute.</returns>
    public static ImageAnnotation? Parse(string key, string value) => Pattern().Match(key) is { Success: true } match
        ? new(
            match.Groups["place"].Value switch
            {
                "" or "-manifest" => AnnotationPlace.Manifest,
                "-manifest-descriptor" => AnnotationPlace.ManifestDescriptor,
                "-index" => AnnotationPlace.Index,
                var other => throw new UnsupportedException($"gantry does not write annotations of {other[1..]}: it writes those of manifest, manifest-descriptor and index"),
            },
            match.Groups["platform"].Value is { Length: > 0 } platform ? Platform.Parse(platform) : null,
            match.Groups["key"].Value,
            value)
        : null;

    [GeneratedRegex(@"^annotation(?<place>-[a-z-]+)?(?:\[(?<platform>[^\]]*)\])?\.(?<key>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
