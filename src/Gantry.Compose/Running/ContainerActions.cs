using System.Text.Json;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>What is done to single containers, and told.</summary>
public sealed class ContainerActions(GantryClient client, IComposeProgress progress)
{
    /// <summary>Nothing comes to be, so nothing is to be waited for.</summary>
    public bool IsRehearsal => client.IsRehearsal;

    /// <param name="timeout">In seconds; null for the container's own.</param>
    public Task StopAsync(ComposeContainer container, int? timeout) => progress.ShowAsync(SubjectOf(container), "Stopping", "Stopped", async () =>
    {
        try
        {
            await PostAsync(new Query($"{Path(container)}/stop").Add("t", timeout)).ConfigureAwait(false);
        }
        catch (GantryException e) when (e is NotFoundException or NotModifiedException)
        {
            // Somebody else was faster.
        }
    });

    public async Task StopAndRemoveAsync(ComposeContainer container, int? timeout, bool volumes)
    {
        ArgumentNullException.ThrowIfNull(container);
        if (container.IsRunning) await StopAsync(container, timeout).ConfigureAwait(false);
        await RemoveAsync(container, volumes).ConfigureAwait(false);
    }

    public Task StartAsync(ComposeContainer container) => ShowAsync(container, "Starting", "Started", new Query($"{Path(container)}/start"));

    public Task RestartAsync(ComposeContainer container, int? timeout) =>
        ShowAsync(container, "Restarting", "Started", new Query($"{Path(container)}/restart").Add("t", timeout));

    public Task KillAsync(ComposeContainer container, string signal) =>
        ShowAsync(container, "Killing", "Killed", new Query($"{Path(container)}/kill").Add("signal", signal));

    public Task PauseAsync(ComposeContainer container) => TellAfterAsync(container, "Paused", "pause");

    public Task UnpauseAsync(ComposeContainer container) => TellAfterAsync(container, "Unpaused", "unpause");

    public Task RemoveAsync(ComposeContainer container, bool volumes) => progress.ShowAsync(SubjectOf(container), "Removing", "Removed", async () =>
    {
        try
        {
            await client.DeleteAsync(new Query(Path(container)).Add("force", true).Add("v", volumes).ToString()).ConfigureAwait(false);
        }
        catch (GantryException e) when (e is NotFoundException || (e is ConflictException && e.Message.Contains("already in progress", StringComparison.Ordinal)))
        {
            // Somebody else was faster.
        }
    });

    public async Task<JsonElement> InspectAsync(ComposeContainer container) => await client.GetAsync($"{Path(container)}/json").ConfigureAwait(false);

    public static string SubjectOf(ComposeContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return $"Container {container.Name}";
    }

    private Task ShowAsync(ComposeContainer container, string doing, string done, Query target) =>
        progress.ShowAsync(SubjectOf(container), doing, done, () => PostAsync(target));

    // These are too short to be told of twice.
    private async Task TellAfterAsync(ComposeContainer container, string done, string verb)
    {
        await PostAsync(new Query($"{Path(container)}/{verb}")).ConfigureAwait(false);
        progress.Report(new(SubjectOf(container), ProgressState.Done, done));
    }

    private async Task PostAsync(Query target)
    {
        try
        {
            await client.PostAsync(target.ToString()).ConfigureAwait(false);
        }
        catch (NotModifiedException)
        {
            // It has stopped, or runs, already.
        }
    }

    private static string Path(ComposeContainer container) => $"/containers/{container.Id}";
}
