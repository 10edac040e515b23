using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Attestations;

/// <summary>What is said of the images of a build, found when an output first asks for it.</summary>
internal sealed class AttestationSet(BuildRun run, BuildRequest request, AttestationOptions options, IReadOnlyList<ImagePlan> plans)
{
    private Task<IReadOnlyList<Statement>[]>? statements;

    /// <param name="made">One for each plan.</param>
    /// <param name="names">What they are called.</param>
    /// <returns>What an index lists beside them.</returns>
    public async Task<IReadOnlyList<Descriptor>> DescribeAsync(IReadOnlyList<Image> made, IReadOnlyList<ImageReference> names)
    {
        var said = await (statements ??= Task.WhenAll(plans.Select(FindAsync))).ConfigureAwait(false);
        return [.. made.Zip(said).Select(pair => run.Environment.Images.MakeAttestation(pair.First, names, pair.Second, run.Lease))];
    }

    private async Task<IReadOnlyList<Statement>> FindAsync(ImagePlan plan)
    {
        var found = new List<Statement>();
        if (options.Sbom is { } sbom)
        {
            found.AddRange(await SbomScan.RunAsync(run, request, sbom, plan).ConfigureAwait(false));
        }

        if (options.Provenance is { } provenance)
        {
            found.Add(new ProvenancePredicate(run, request, provenance, plan, await BuildSources.FindAsync(run, plan).ConfigureAwait(false)).Write());
        }

        return found;
    }
}
