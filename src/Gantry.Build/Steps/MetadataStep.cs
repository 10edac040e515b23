using Gantry.Build.Solving;
using Gantry.Build.Store;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>Something that is looked up or brought here before the graph is known: it shows in the progress, and has no filesystem.</summary>
public sealed class MetadataStep : Step
{
    public override bool IsCacheable => false;

    public override Task<Digest> KeyAsync(BuildRun run) => Task.FromResult(Digest.Sha256("metadata"u8));

    public override Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report) => Task.FromResult(LayerStack.Empty);
}
