using Gantry.Spec;

namespace Gantry.Build.Sources;

/// <summary>What exactly came from an address that may give something else the next time.</summary>
/// <param name="Algorithm">As provenances name it: <c>sha256</c> of a file or a manifest, <c>sha1</c> of a commit.</param>
public sealed record SourcePin(string Algorithm, string Hex)
{
    private const int Sha1Length = 40;

    public static SourcePin Of(Digest digest) => new(digest.Algorithm, digest.Hex);

    public static SourcePin OfCommit(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return new(hash.Length == Sha1Length ? "sha1" : "sha256", hash);
    }
}
