using Gantry.Build.Copying;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>Makes a directory, and those above it, unless it is there (<c>WORKDIR</c>).</summary>
/// <param name="made">When it was made, for its time; null for now.</param>
public sealed class MakeDirectoryStep(string path, string owner, DateTimeOffset? made) : Step
{
    /// <summary>Absolute.</summary>
    public string Path { get; } = path;

    /// <summary><c>user[:group]</c>, by the root's files; empty for root.</summary>
    public string Owner { get; } = owner;

    public override async Task<Digest> KeyAsync(BuildRun run)
    {
        using var key = new ContentDigest();
        key.Add("mkdir");
        key.Add(Path);
        if (Owner.Length > 0 || made is not null)
        {
            key.Add($"{Owner}\n{made?.ToUnixTimeSeconds()}");
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
            if (root.TryStat(Path, followLast: true) is { Kind: not FileKind.Directory })
            {
                throw new InvalidArgumentException($"cannot create working directory {Path}: it is not a directory");
            }

            var copier = new TreeCopier(root, new()
            {
                Destination = Path,
                Owner = Owner.Length > 0 ? OwnerLookup.Resolve(root, Owner) : null,
                Now = made ?? run.Environment.Time.GetUtcNow(),
            });
            copier.MakeDirectories(Path).Dispose();
            copier.Finish();
        }

        return layer.Commit();
    }
}
