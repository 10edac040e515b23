using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>How a provenance is written (docs of BuildKit, "Provenance attestation").</summary>
public sealed record ProvenanceOptions
{
    /// <summary>With arguments, labels, the Dockerfile and the steps (<c>mode=max</c>).</summary>
    public bool IsMax { get; init; } = true;

    /// <summary>Only beside an image.</summary>
    public bool InlineOnly { get; init; }

    /// <summary>The build says of itself that it gives the same each time.</summary>
    public bool IsReproducible { get; init; }

    /// <summary>An address that says who built it.</summary>
    public string BuilderId { get; init; } = "";

    /// <summary>As SLSA 1.0 has it; else 0.2.</summary>
    public bool IsVersion1 { get; init; }

    internal static ProvenanceOptions Parse(IReadOnlyDictionary<string, string> fields)
    {
        var options = new ProvenanceOptions();
        foreach (var (key, value) in fields)
        {
            options = key switch
            {
                "mode" => options with { IsMax = value is "max" or "full" || (value is "min" ? false : throw Invalid(key, value, "min or max")) },
                "inline-only" => options with { InlineOnly = AttestationOptions.Flag(key, value) },
                "reproducible" => options with { IsReproducible = AttestationOptions.Flag(key, value) },
                "builder-id" => options with { BuilderId = value },
                "version" => options with { IsVersion1 = value is "v1" || (value is "v0.2" ? false : throw Invalid(key, value, "v0.2 or v1")) },
                _ => throw new UnsupportedException($"gantry does not support {key}={value} of a provenance: it can be mode, version, builder-id, inline-only and reproducible"),
            };
        }

        return options;
    }

    private static InvalidArgumentException Invalid(string key, string value, string wanted) => new($"invalid value \"{value}\" of {key} of a provenance: it must be {wanted}");
}
