using System.Security.Cryptography;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Attestations;

/// <summary>What is said of the images of a build, found when an output first asks for it.</summary>
internal sealed class AttestationSet(BuildRun run, BuildRequest request, AttestationOptions options, IReadOnlyList<ImagePlan> plans)
{
    private readonly string invocation = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private Task<Found[]>? all;

    /// <param name="made">One for each plan.</param>
    /// <param name="names">What they are called.</param>
    /// <returns>What an index lists beside them.</returns>
    public async Task<IReadOnlyList<Descriptor>> DescribeAsync(IReadOnlyList<Image> made, IReadOnlyList<ImageReference> names)
    {
        var found = await (all ??= Task.WhenAll(plans.Select(FindAsync))).ConfigureAwait(false);
        return [.. made.Zip(found).Select(pair => run.Environment.Images.MakeAttestation(pair.First, names, [.. Statements(pair.First, pair.Second)], run.Lease))];
    }

    private async Task<Found> FindAsync(ImagePlan plan) => new(
        plan,
        options.Sbom is { } sbom ? await SbomScan.RunAsync(run, request, sbom, plan).ConfigureAwait(false) : [],
        await BuildSources.FindAsync(run, request, plan).ConfigureAwait(false));

    private IEnumerable<Statement> Statements(Image image, Found found)
    {
        foreach (var statement in found.Contents)
        {
            yield return statement;
        }

        if (options.Provenance is { } provenance)
        {
            var parameters = new ProvenanceParameters(request, found.Plan, found.Sources, provenance.IsMax);
            var details = provenance.IsMax ? new ProvenanceDetails(request, found.Plan, request.Squash ? [] : image.Manifest.Layers) : null;
            yield return new ProvenancePredicate(run, provenance, invocation, found.Sources, parameters, details).Write();
        }
    }

    /// <param name="Contents">What is in the image.</param>
    private sealed record Found(ImagePlan Plan, IReadOnlyList<Statement> Contents, BuildSources Sources);
}
