using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>The volumes of a project in the engine.</summary>
internal sealed class ProjectVolumes(ComposeEngine engine, IComposeProgress progress)
{
    /// <summary>Makes those that are missing, and where that is confirmed anew those that the files describe otherwise now; external ones have to be there.</summary>
    public async Task EnsureAsync(ComposeProject project, ProjectState state, UpOptions options, Action<string> warn, CancellationToken cancellationToken)
    {
        if (project.Volumes.Count == 0)
        {
            return;
        }

        var listed = await engine.Client.GetAsync("/volumes", cancellationToken).ConfigureAwait(false);
        var there = listed.TryGetProperty("Volumes", out var volumes) && volumes.ValueKind == System.Text.Json.JsonValueKind.Array
            ? volumes.EnumerateArray().ToDictionary(volume => volume.GetProperty("Name").GetString()!, StringComparer.Ordinal)
            : [];
        await Task.WhenAll(project.Volumes.Select(async item =>
        {
            var (key, volume) = item;
            if (there.TryGetValue(volume.Name, out var known))
            {
                var owner = known.TryGetProperty("Labels", out var labels) && labels.ValueKind == System.Text.Json.JsonValueKind.Object && labels.TryGetProperty(ComposeLabels.Project, out var label) ? label.GetString() : null;
                if (!volume.External && owner is null) warn($"""volume "{volume.Name}" already exists but was not created by Docker Compose. Use `external: true` to use an existing volume""");
                else if (!volume.External && owner != project.Name) warn($"""volume "{volume.Name}" already exists but was created for project "{owner}" (expected "{project.Name}"). Use `external: true` to use an existing volume""");
                if (!volume.External && ComposeLabels.IsOutdated(known, project.Name, DefinitionHash.Of(volume)) && options.Confirm($"""Volume "{volume.Name}" exists but doesn't match configuration in compose file. Recreate (data will be lost)?"""))
                {
                    await RecreateAsync(project, key, volume, state, options, cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            if (volume.External)
            {
                throw new ComposeException($"""external volume "{volume.Name}" not found""");
            }

            await progress.ShowAsync($"Volume \"{volume.Name}\"", "Creating", "Created", () => CreateAsync(project, key, volume, cancellationToken)).ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    /// <summary>Removes those that the files declare, and those that were made for the project.</summary>
    public async Task RemoveAsync(IEnumerable<string> declared, CancellationToken cancellationToken)
    {
        var made = await engine.VolumesAsync(cancellationToken).ConfigureAwait(false);
        var names = made.Select(volume => volume.GetProperty("Name").GetString()!).Concat(declared).Distinct(StringComparer.Ordinal);
        await Task.WhenAll(names.Select(name => RemoveAsync(name, cancellationToken))).ConfigureAwait(false);
    }

    private async Task RecreateAsync(ComposeProject project, string key, VolumeDefinition volume, ProjectState state, UpOptions options, CancellationToken cancellationToken)
    {
        var actions = new ContainerActions(engine.Client, progress);
        foreach (var service in project.Services.Values.Where(service => service.Volumes.Any(mount => mount.Type == "volume" && mount.Source == key)))
        {
            await Task.WhenAll(state.Of(service.Name).Select(container => actions.StopAndRemoveAsync(container, options.StopTimeout, volumes: false))).ConfigureAwait(false);
            state.Set(service.Name, []);
        }

        await progress.ShowAsync($"Volume {volume.Name}", "Removing", "Removed", () => engine.Client.DeleteAsync($"/volumes/{Query.Segment(volume.Name)}", cancellationToken).AsTask()).ConfigureAwait(false);
        await progress.ShowAsync($"Volume {volume.Name}", "Creating", "Created", () => CreateAsync(project, key, volume, cancellationToken)).ConfigureAwait(false);
    }

    private async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var subject = $"Volume {name}";
        progress.Report(new(subject, ProgressState.Working, "Removing"));
        try
        {
            await engine.Client.DeleteAsync($"/volumes/{Query.Segment(name)}", cancellationToken).ConfigureAwait(false);
            progress.Report(new(subject, ProgressState.Done, "Removed"));
        }
        catch (NotFoundException)
        {
            progress.Report(new(subject, ProgressState.Done, "Removed"));
        }
        catch (ConflictException)
        {
            progress.Report(new(subject, ProgressState.Warning, "Resource is still in use"));
        }
    }

    private async Task CreateAsync(ComposeProject project, string key, VolumeDefinition volume, CancellationToken cancellationToken)
    {
        var body = new JsonBody { ["Name"] = volume.Name };
        body.SetIfGiven("Driver", volume.Driver);
        body.SetIfGiven("DriverOpts", JsonBody.Of(volume.DriverOpts));
        body["Labels"] = JsonBody.Of(new Dictionary<string, string>(volume.Labels)
        {
            [ComposeLabels.ConfigHash] = DefinitionHash.Of(volume),
            [ComposeLabels.Project] = project.Name,
            [ComposeLabels.Version] = ComposeLabels.CompatibleVersion,
            [ComposeLabels.Volume] = key,
        });
        await engine.Client.PostAsync("/volumes/create", body.ToUtf8(), cancellationToken).ConfigureAwait(false);
    }
}
