using System.Globalization;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Stops and removes containers. What is gone already is as removed.</summary>
public sealed class ContainerRemoval(GantryClient client, IComposeProgress progress)
{
    public async Task RemoveAsync(ComposeContainer container, TimeSpan? timeout, bool withVolumes, CancellationToken cancellationToken)
    {
        var subject = $"Container {container.Name}";
        if (container.IsRunning)
        {
            await progress.ShowAsync(subject, "Stopping", "Stopped", () => StopAsync(container, timeout, cancellationToken)).ConfigureAwait(false);
        }

        await progress.ShowAsync(subject, "Removing", "Removed", () => DeleteAsync(container, withVolumes, cancellationToken)).ConfigureAwait(false);
    }

    /// <param name="timeout">In place of the container's own.</param>
    public async Task StopAsync(ComposeContainer container, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var seconds = timeout is { } time ? ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;
        await IgnoreGoneAsync(client.PostAsync(new Query($"/containers/{container.Id}/stop").Add("t", seconds).ToString(), default, cancellationToken)).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ComposeContainer container, bool withVolumes, CancellationToken cancellationToken) =>
        await IgnoreGoneAsync(client.DeleteAsync(new Query($"/containers/{container.Id}").Add("force", true).Add("v", withVolumes).ToString(), cancellationToken)).ConfigureAwait(false);

    private static async Task IgnoreGoneAsync(ValueTask<System.Text.Json.JsonElement> call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (GantryException e) when (e is NotFoundException or NotModifiedException || (e is ConflictException && e.Message.Contains("already in progress", StringComparison.Ordinal)))
        {
        }
    }
}
