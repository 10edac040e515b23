using System.Security.Cryptography;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Attestations;

/// <summary>What is said of the images of a build, found when it is first asked for.</summary>
internal sealed class AttestationSet(BuildRun run, BuildRequest request, IReadOnlyList<ImagePlan> plans)
{
    private readonly string invocation = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly AttestationOptions? options = request.Attestations;
    private Task<BuildSources[]>? sources;
    private Task<IReadOnlyList<Statement>[]>? contents;

    /// <param name="made">One for each plan.</param>
    /// <param name="names">What they are called.</param>
    /// <param name="asArtifacts">They point at the images.</param>
    /// <returns>What an index lists beside them.</returns>
    public async Task<IReadOnlyList<Descriptor>> DescribeAsync(IReadOnlyList<Image> made, IReadOnlyList<ImageReference> names, bool asArtifacts)
    {
        var contained = await (contents ??= Task.WhenAll(plans.Select(ScanAsync))).ConfigureAwait(false);
        var provenances = options?.Provenance is { } provenance ? await ProvenancesAsync(provenance, made).ConfigureAwait(false) : null;
        return [.. made.Select((image, index) => run.Environment.Images.MakeAttestation(image, names, provenances is null ? contained[index] : [.. contained[index], provenances[index]], asArtifacts, run.Lease))];
    }

    /// <summary>What is said of files that are no image.</summary>
    /// <returns>One list for each plan.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<Statement>>> OfFilesAsync()
    {
        var contained = await (contents ??= Task.WhenAll(plans.Select(ScanAsync))).ConfigureAwait(false);
        var provenances = options?.Provenance is { InlineOnly: false } provenance ? await ProvenancesAsync(provenance, made: null).ConfigureAwait(false) : null;
        return [.. contained.Select((said, index) => provenances is null ? said : [.. said, provenances[index]])];
    }

    /// <summary>How the result was made, whether or not there is an image of it: all of it, in the form that every client reads.</summary>
    /// <returns>One for each plan.</returns>
    public Task<IReadOnlyList<Statement>> ProvenancesAsync() => ProvenancesAsync(new() { BuilderId = options?.Provenance?.BuilderId ?? "" }, made: null);

    private async Task<IReadOnlyList<Statement>> ProvenancesAsync(ProvenanceOptions how, IReadOnlyList<Image>? made)
    {
        var found = await (sources ??= Task.WhenAll(plans.Select(plan => BuildSources.FindAsync(run, request, plan)))).ConfigureAwait(false);
        return [.. plans.Select((plan, index) => Provenance(how, plan, found[index], made is null || request.Squash ? [] : made[index].Manifest.Layers))];
    }

    private Statement Provenance(ProvenanceOptions how, ImagePlan plan, BuildSources found, IReadOnlyList<Descriptor> layers) => new ProvenancePredicate(
        run, how, invocation, found, new(request, plan, found, how.IsMax), how.IsMax ? new(request, plan, layers) : null).Write();

    private async Task<IReadOnlyList<Statement>> ScanAsync(ImagePlan plan) => options?.Sbom is { } sbom ? await SbomScan.RunAsync(run, request, sbom, plan).ConfigureAwait(false) : [];
}
