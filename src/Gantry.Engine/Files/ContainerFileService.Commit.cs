using System.IO.Pipelines;
using Gantry.Build.Dockerfile;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Images.Trees;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Files;

internal sealed partial class ContainerFileService
{
    public async Task<string> CommitAsync(string container, CommitOptions options, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        ImageReference? name = options.Repository is { Length: > 0 } repository ? ImageReference.Parse(repository) : null;
        if (name is { } given)
        {
            name = options.Tag is { Length: > 0 } tag ? given.WithTag(tag) : given.WithDefaultTag();
        }

        var config = ImageConfigs.ToImageConfig(options.Config is { } over ? ConfigMerge.Merge(over, target.Record.Config) : target.Record.Config);
        var pausing = options.Pause && target.Record.State is { IsAlive: true, Paused: false } && await TryPauseAsync(target.Id, cancellationToken).ConfigureAwait(false);
        try
        {
            var image = await store.CommitAsync(
                new ImageCommit
                {
                    ParentId = Digest.Parse(target.Record.ImageId),
                    Config = config,
                    Changes = options.Changes,
                    Expand = Expand,
                    Author = options.Author,
                    Comment = options.Comment,
                    CreatedBy = string.Join(' ', target.Record.Config.Cmd ?? []),
                    Name = name,
                },
                async layer => await WriteLayerAsync(target.Id, layer, cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            var id = image.Id.ToString();
            parts.Events.Publish(target, "commit", ("comment", options.Comment ?? ""), ("imageID", id), ("imageRef", name?.Familiar ?? ""));
            var events = new ImageEvents(parts.Bus, store);
            events.Publish("create", id, id);
            if (name is { } tagged)
            {
                events.Publish("tag", id, tagged.Familiar);
            }

            return id;
        }
        finally
        {
            if (pausing)
            {
                await UnpauseAsync(target.Id).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Quotes stay: the change is split into words afterwards.</summary>
    private static string Expand(string text, IReadOnlyList<string> environment) =>
        new VariableExpansion('\\').ExpandContent(text, name => environment.FirstOrDefault(one => one.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]).Text;

    /// <returns>False where it has ended meanwhile.</returns>
    private async Task<bool> TryPauseAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await containers.PauseAsync(container, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
    }

    private async Task UnpauseAsync(string container)
    {
        try
        {
            await containers.UnpauseAsync(container, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ConflictException)
        {
            // It was killed, or ended as it was paused: the image is there.
        }
    }

    private async Task WriteLayerAsync(string container, PipeWriter layer, CancellationToken cancellationToken)
    {
        var snapshot = parts.Images.GetSnapshot(container);
        await BlockingWork.RunAsync(
            () =>
            {
                using var stream = layer.AsStream(leaveOpen: true);
                using var changes = new LayerChanges(snapshot);
                using var upper = RootedDirectory.Open(snapshot.UpperDirectory);
                var archive = new TreeArchive(stream, cancellationToken)
                {
                    IsLayer = true,
                    Wanted = (path, status) => IsOfContainer(upper, changes, "/" + System.Text.Encoding.UTF8.GetString(path.Span), status),
                };
                archive.AddDirectory(upper, []);
                archive.Finish();
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOfContainer(RootedDirectory upper, LayerChanges changes, string path, FileStatus status)
    {
        if (OverlayMarks.IsOwn(path, status))
        {
            return false;
        }

        if (status.Kind != FileKind.Directory)
        {
            return true;
        }

        using var directory = upper.TryOpenDirectory(path, followLast: false);
        return directory is null || !changes.IsIncidental(directory, path);
    }
}
