using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Spec.Image;

namespace Gantry.Build.Outputs;

/// <summary>An image of what a program left that failed, with its variables, directory and user, for somebody to look around in.</summary>
internal static class FailedStepImage
{
    /// <returns>Its id.</returns>
    public static async Task<string> AddAsync(BuildRun run, RunStep step, LayerStack left, CancellationToken cancellationToken)
    {
        var images = run.Environment.Images;
        var layers = await run.Store.SealAsync(left, null, run.Lease, cancellationToken).ConfigureAwait(false);
        var made = images.MakeImage(
            new()
            {
                Configuration = new()
                {
                    Created = run.Environment.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                    Architecture = step.Platform.Architecture,
                    Os = step.Platform.Os,
                    Variant = step.Platform.Variant,
                    Config = new() { Env = step.Env, WorkingDir = step.WorkingDirectory, User = step.User, Cmd = ["/bin/sh"] },
                    RootFs = new() { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
                    History = [.. layers.Select(_ => new HistoryEntry { CreatedBy = step.Name })],
                },
                Layers = [.. layers.Select(layer => layer.Blob)],
            },
            run.Lease);
        return images.AddImages([made], null, [], asMade: false).Id.ToString();
    }
}
