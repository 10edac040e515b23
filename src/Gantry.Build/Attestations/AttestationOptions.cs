using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>What images are to be accompanied by (<c>--attest</c>): how they were made, and what is in them.</summary>
public sealed record AttestationOptions(ProvenanceOptions? Provenance, SbomOptions? Sbom)
{
    private const string ProvenanceType = "provenance";
    private const string SbomType = "sbom";
    private const string Disabled = "disabled";

    /// <summary>Whoever made the build did not ask for it: it goes with images that leave this machine, and makes no others larger.</summary>
    public bool IsByTheWay => Sbom is null && Provenance is { InlineOnly: true };

    /// <param name="given">The fields of each type, as in <c>mode=max,version=v1</c>.</param>
    /// <returns>Null where nothing is wanted.</returns>
    public static AttestationOptions? Parse(IReadOnlyDictionary<string, string> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (given.Keys.FirstOrDefault(type => type is not (ProvenanceType or SbomType)) is { } unknown)
        {
            throw new InvalidArgumentException($"unknown type {unknown} of attestation: it must be {ProvenanceType} or {SbomType}");
        }

        var options = new AttestationOptions(
            given.TryGetValue(ProvenanceType, out var provenance) && Fields(provenance) is { } how ? ProvenanceOptions.Parse(how) : null,
            given.TryGetValue(SbomType, out var sbom) && Fields(sbom) is { } what ? SbomOptions.Parse(what) : null);
        return options is { Provenance: null, Sbom: null } ? null : options;
    }

    /// <returns>Null for what is not wanted.</returns>
    private static Dictionary<string, string>? Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // Alone it says whether it is wanted: --provenance=false.
            var (key, value) = field.Split('=', 2) is [var left, var right] ? (left, right) : (Disabled, Flag("a word alone", field) ? "false" : "true");
            fields[key] = value;
        }

        fields.Remove("type");
        return fields.Remove(Disabled, out var disabled) && Flag(Disabled, disabled) ? null : fields;
    }

    internal static bool Flag(string name, string text) =>
        GoBoolean.TryParse(text, out var value) ? value : throw new InvalidArgumentException($"invalid value \"{text}\" of {name} of an attestation: it must be true or false");
}
