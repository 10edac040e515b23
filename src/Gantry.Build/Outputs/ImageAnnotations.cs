using Gantry.Spec;

namespace Gantry.Build.Outputs;

/// <summary>Where an annotation is written.</summary>
public enum AnnotationPlace
{
    Manifest,

    /// <summary>Where the index lists the manifest.</summary>
    ManifestDescriptor,
    Index,
}

/// <param name="Platform">Of which manifest; null for all.</param>
public sealed record ImageAnnotation(AnnotationPlace Place, Platform? Platform, string Key, string Value);

/// <summary>The annotations that are asked for of an image (<c>--annotation</c>).</summary>
public sealed record ImageAnnotations(IReadOnlyList<ImageAnnotation> All)
{
    public static ImageAnnotations None { get; } = new([]);

    /// <summary>Only an index has a place for some of them.</summary>
    public bool WantIndex => All.Any(annotation => annotation.Place != AnnotationPlace.Manifest);

    /// <returns>Null for none, as documents have it.</returns>
    public IReadOnlyDictionary<string, string>? Of(AnnotationPlace place, Platform? platform)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var annotation in All.Where(annotation => annotation.Place == place && (annotation.Platform is null || annotation.Platform == platform)))
        {
            found[annotation.Key] = annotation.Value;
        }

        return found.Count == 0 ? null : found;
    }
}
