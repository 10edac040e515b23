using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>Something from elsewhere that a build stands on.</summary>
/// <param name="Digest">By algorithm; null where it is not known.</param>
internal sealed record BuildSource(string Uri, (string Algorithm, string Hex)? Digest);

/// <summary>What a plan's steps took from elsewhere.</summary>
internal static class BuildSources
{
    public static async Task<IReadOnlyList<BuildSource>> FindAsync(BuildRun run, ImagePlan plan)
    {
        var found = new SortedDictionary<string, BuildSource>(StringComparer.Ordinal);
        foreach (var step in Step.AllOf(plan.Step))
        {
            if (step is ImageStep { Reference: { } reference } image)
            {
                add(new(PackageUrl.Of(reference, plan.Platform), Parts(DigestOf(image.Image, reference))));
            }

            foreach (var source in SourcesOf(step))
            {
                switch (source)
                {
                    case GitSource git:
                        add(new(git.Address.ToString(), ("sha1", (await run.FindCommitAsync(git.Address).ConfigureAwait(false)).Hash)));
                        break;
                    case HttpSource http:
                        add(new(http.Url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped), Digest.TryParse(http.Checksum, out var checksum) ? Parts(checksum) : null));
                        break;
                }
            }
        }

        return [.. found.Values];

        void add(BuildSource source) => found[source.Uri] = source;
    }

    private static IEnumerable<CopySource> SourcesOf(Step step) => step switch
    {
        CopyStep copy => copy.Sources,
        RunStep program => program.Mounts.OfType<BindMount>().Select(mount => mount.From),
        _ => [],
    };

    /// <summary>What the name stood for at its registry; of an image that came from none, its manifest.</summary>
    private static Digest DigestOf(Image image, ImageReference reference)
    {
        var known = image.RepoDigests.Select(ImageReference.Parse).Where(known => known.Name == reference.Name);
        return reference.Digest ?? known.Select(known => known.Digest).FirstOrDefault() ?? image.Target.Digest;
    }

    private static (string Algorithm, string Hex) Parts(Digest digest) => (digest.Algorithm, digest.Hex);
}
