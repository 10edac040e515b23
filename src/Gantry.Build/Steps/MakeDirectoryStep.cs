using Gantry.Build.Copying;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>Makes a directory, and those above it, unless it is there (<c>WORKDIR</c>).</summary>
/// <param name="path">Absolute.</param>
/// <param name="owner"><c>user[:group]</c>, by the root's files; empty for root.</param>
/// <param name="made">When it was made, for its time; null for now.</param>
public sealed class MakeDirectoryStep(string path, string owner, DateTimeOffset? made) : Step
{
    public override async Task<Digest> KeyAsync(BuildRun run)
    {
        using var key = new ContentDigest();
        key.Add("mkdir");
        key.Add(path);
        if (owner.Length > 0 || made is not null)
        {
            key.Add($"{owner}\n{made?.ToUnixTimeSeconds()}");
        }

        key.Add((await run.KeyAsync(Root!).ConfigureAwait(false)).ToString());
        return key.Finish();
    }

    public override async Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report)
    {
        using var layer = run.Store.Begin(await run.ResultAsync(Root!).ConfigureAwait(false));
        using (var mount = layer.Mount())
        using (var root = mount.OpenRoot())
        {
            if (root.TryStat(path, followLast: true) is { Kind: not FileKind.Directory })
            {
                throw new InvalidArgumentException($"cannot create working directory {path}: it is not a directory");
            }

            var copier = new TreeCopier(root, new()
            {
                Destination = path,
                Owner = owner.Length > 0 ? OwnerLookup.Resolve(root, owner) : null,
                Now = made ?? run.Environment.Time.GetUtcNow(),
            });
            copier.MakeDirectories(path).Dispose();
            copier.Finish();
        }

        return layer.Commit();
    }
}
