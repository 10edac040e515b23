using Gantry.Build.Copying;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Linux.Files;

namespace Gantry.Build.Outputs;

/// <summary>
/// Makes one layer of several: on the filesystem beneath them, all they touched is made what it is in the end, and the kernel notes
/// what is gone.
/// </summary>
internal sealed class LayerSquash : IDisposable
{
    private readonly SourceTree result;
    private readonly RootedDirectory target;
    private readonly TreeCopier copier;
    private readonly CancellationToken cancellationToken;

    private LayerSquash(SourceTree result, RootedDirectory target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (this.result, this.target, this.cancellationToken) = (result, target, cancellationToken);
        copier = new(target, new CopyRequest { Destination = "/", Now = now });
    }

    /// <param name="beneath">How many of the lowest layers stay as they are.</param>
    /// <returns>The same filesystem with one layer above those.</returns>
    public static LayerStack Run(BuildStore store, LayerStack stack, int beneath, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var layers = stack.Layers;
        if (layers.Count <= beneath + 1)
        {
            return stack;
        }

        using var layer = store.Begin(LayerStack.Of(layers.Take(beneath)));
        using (var mount = layer.Mount())
        using (var squash = new LayerSquash(new DirectoryTree(store.Open(stack)), mount.OpenRoot(), now, cancellationToken))
        {
            var touched = new TouchedPaths();
            store.EachUpper(layers.Skip(beneath), touched.Add);
            squash.Apply(touched.Root, "");
            squash.copier.Finish();
        }

        return layer.Commit();
    }

    public void Dispose()
    {
        target.Dispose();
        result.Dispose();
    }

    private void Apply(TouchedPath touched, string path)
    {
        foreach (var (name, child) in touched.Children)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Replace(child, path.Length == 0 ? name : $"{path}/{name}");
        }
    }

    private void Replace(TouchedPath touched, string path)
    {
        var (wanted, there) = (result.Find(path), target.TryStat(path));
        var isKept = wanted?.Kind == FileKind.Directory && there?.Kind == FileKind.Directory && !touched.IsOpaque;
        if (there is not null && !isKept)
        {
            target.RemoveTree(path);
        }

        if (wanted is null)
        {
            return;
        }

        copier.CopyAlone(result, wanted, path);
        if (wanted.Kind == FileKind.Directory)
        {
            Apply(touched, path);
        }
    }
}
