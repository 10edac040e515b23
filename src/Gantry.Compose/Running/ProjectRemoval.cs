using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Takes a project down.</summary>
/// <param name="project">What the files say; null where there are none: all that is labelled with the project goes.</param>
public sealed class ProjectRemoval(ComposeEngine engine, ComposeProject? project, IComposeProgress progress, Action<string> warn)
{
    public async Task RunAsync(DownOptions options, CancellationToken cancellationToken)
    {
        var containers = await engine.ListAsync(oneOff: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        var known = project?.AllServices.ToDictionary(service => service.Name, StringComparer.Ordinal);
        var isOrphan = containers.ToLookup(container => known is not null && !known.ContainsKey(container.Service));
        if (options.Services.Count == 0 && !options.RemoveOrphans && isOrphan[true].Any())
        {
            warn($"Found orphan containers ([{string.Join(' ', isOrphan[true].Select(orphan => orphan.Name))}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.");
        }

        var wanted = (options.RemoveOrphans ? containers : isOrphan[false]).Where(container => options.Services.Count == 0 || options.Services.Contains(container.Service)).ToLookup(container => container.Service, StringComparer.Ordinal);
        var actions = new ContainerActions(engine.Client, progress);
        var graph = project is null ? ServiceGraph.Of(containers) : ServiceGraph.Of(project);
        await graph.VisitAsync(wanted.Select(group => group.Key).ToHashSet(), isReversed: true, name => Task.WhenAll(wanted[name].Select(async container =>
        {
            foreach (var hook in container.IsRunning && known?.GetValueOrDefault(name) is { } service ? service.PreStop : [])
            {
                await ContainerHooks.RunAsync(engine.Client, container, hook, cancellationToken).ConfigureAwait(false);
            }

            await actions.StopAndRemoveAsync(container, options.StopTimeout, volumes: options.RemoveVolumes).ConfigureAwait(false);
        }))).ConfigureAwait(false);

        var provider = project is null ? null : new ServiceProvider(project, progress, engine.Client.IsRehearsal);
        await Task.WhenAll((project?.Services.Values ?? []).Where(service => service.Provider is not null && (options.Services.Count == 0 || options.Services.Contains(service.Name)))
            .Select(service => provider!.DownAsync(service, cancellationToken))).ConfigureAwait(false);
        if (options.Services.Count > 0)
        {
            return;
        }

        await Task.WhenAll(
            new ProjectNetworks(engine, progress).RemoveAsync(cancellationToken),
            options.RemoveVolumes ? new ProjectVolumes(engine, progress).RemoveAsync(project?.Volumes.Values.Where(volume => !volume.External).Select(volume => volume.Name) ?? [], cancellationToken) : Task.CompletedTask,
            RemoveImagesAsync(options, cancellationToken)).ConfigureAwait(false);
    }

    private async Task RemoveImagesAsync(DownOptions options, CancellationToken cancellationToken)
    {
        if (options.RemoveImages.Length == 0 || project is null)
        {
            return;
        }

        var images = project.Services.Values.Where(service => options.RemoveImages == "all" || (service.Build is not null && service.Image is null))
            .Select(service => ContainerNames.ImageOf(project, service)).Distinct(StringComparer.Ordinal);
        await Task.WhenAll(images.Select(async image =>
        {
            var subject = $"Image {image}";
            progress.Report(new(subject, ProgressState.Working, "Removing"));
            try
            {
                await engine.Client.DeleteAsync($"/images/{Query.Segment(image)}", cancellationToken).ConfigureAwait(false);
                progress.Report(new(subject, ProgressState.Done, "Removed"));
            }
            catch (NotFoundException)
            {
                progress.Report(new(subject, ProgressState.Warning, "No resource found to remove"));
            }
            catch (ConflictException)
            {
                progress.Report(new(subject, ProgressState.Warning, "Resource is still in use"));
            }
        })).ConfigureAwait(false);
    }
}
