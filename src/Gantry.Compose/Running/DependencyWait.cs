using System.Text.Json;
using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>Waits until what a service depends on is as far as the service asks.</summary>
public sealed class DependencyWait(ContainerActions actions, IComposeProgress progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <param name="dependencies">By service.</param>
    /// <exception cref="ComposeException">It will not come to that.</exception>
    public Task WaitAsync(IReadOnlyDictionary<string, DependsOn> dependencies, IReadOnlyList<ComposeContainer> containers) => Task.WhenAll(
        from dependency in dependencies
        where dependency.Value.Condition is "service_healthy" or "service_completed_successfully"
        from container in containers
        where container.Service == dependency.Key
        select dependency.Value.Condition == "service_healthy" ? HealthyAsync(container) : CompletedAsync(container));

    private Task HealthyAsync(ComposeContainer container) => progress.ShowAsync(actions.SubjectOf(container), "Waiting", "Healthy", async () =>
    {
        while (true)
        {
            var state = (await actions.InspectAsync(container).ConfigureAwait(false)).GetProperty("State");
            if (!state.TryGetProperty("Health", out var health) || health.ValueKind != JsonValueKind.Object)
            {
                throw new ComposeException($"dependency failed to start: container {container.Name} has no healthcheck configured");
            }

            switch (health.GetProperty("Status").GetString())
            {
                case "healthy":
                    return;
                case "unhealthy":
                    throw new ComposeException($"dependency failed to start: container {container.Name} is unhealthy");
            }

            if (!state.GetProperty("Running").GetBoolean())
            {
                throw new ComposeException($"dependency failed to start: container {container.Name} exited ({state.GetProperty("ExitCode").GetInt32()})");
            }

            await Task.Delay(Interval).ConfigureAwait(false);
        }
    });

    private Task CompletedAsync(ComposeContainer container) => progress.ShowAsync(actions.SubjectOf(container), "Waiting", "Exited", async () =>
    {
        while (true)
        {
            var state = (await actions.InspectAsync(container).ConfigureAwait(false)).GetProperty("State");
            if (state.GetProperty("Status").GetString() is "exited" or "dead")
            {
                var code = state.GetProperty("ExitCode").GetInt32();
                if (code != 0) throw new ComposeException($"service \"{container.Service}\" didn't complete successfully: exit {code}");
                return;
            }

            await Task.Delay(Interval).ConfigureAwait(false);
        }
    });
}
