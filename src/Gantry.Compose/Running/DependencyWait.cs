using System.Diagnostics;
using System.Text.Json;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Waits until containers are as far as something asks.</summary>
public sealed class DependencyWait(ContainerActions actions, IComposeProgress progress)
{
    /// <summary>Running, and healthy where it can say so.</summary>
    public const string Up = "up";

    public const string Healthy = "service_healthy";
    public const string Completed = "service_completed_successfully";
    private const string Failure = "dependency failed to start: ";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits for what a service depends on.</summary>
    /// <param name="dependencies">By service.</param>
    /// <param name="containersOf">The containers of a service.</param>
    /// <exception cref="UnavailableException">It will not come to that.</exception>
    public Task WaitAsync(IReadOnlyDictionary<string, DependsOn> dependencies, Func<string, IEnumerable<ComposeContainer>> containersOf, CancellationToken cancellationToken) => Task.WhenAll(
        dependencies.Where(item => item.Value.Condition is Healthy or Completed).Select(async item =>
        {
            try
            {
                await Task.WhenAll(containersOf(item.Key).Select(container => WaitAsync(container, item.Value.Condition, cancellationToken))).ConfigureAwait(false);
            }
            catch (UnavailableException e) when (!item.Value.Required)
            {
                progress.Report(new($"Service {item.Key}", ProgressState.Warning, $"optional dependency \"{item.Key}\" failed to start: {e.Message.Replace(Failure, "", StringComparison.Ordinal)}"));
            }
        }));

    /// <param name="condition"><see cref="Healthy"/>, <see cref="Up"/> or <see cref="Completed"/>.</param>
    /// <exception cref="UnavailableException">It will not come to that.</exception>
    public Task WaitAsync(ComposeContainer container, string condition, CancellationToken cancellationToken) =>
        progress.ShowAsync(ContainerActions.SubjectOf(container), "Waiting", condition == Completed ? "Exited" : "Healthy", async () =>
        {
            var begun = Stopwatch.GetTimestamp();
            while (!actions.IsRehearsal && !IsReached(container, (await actions.InspectAsync(container).ConfigureAwait(false)).GetProperty("State"), condition, Stopwatch.GetElapsedTime(begun)))
            {
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }
        });

    private static bool IsReached(ComposeContainer container, JsonElement state, string condition, TimeSpan waited)
    {
        var status = state.GetProperty("Status").GetString()!;
        var code = state.GetProperty("ExitCode").GetInt32();
        var health = state.TryGetProperty("Health", out var check) && check.ValueKind == JsonValueKind.Object ? check.GetProperty("Status").GetString()! : null;
        var hasEnded = status is "exited" or "dead";
        if (condition == Completed)
        {
            return hasEnded && (code == 0 ? true : throw Failed($"service \"{container.Service}\" didn't complete successfully: exit {code}"));
        }

        if (hasEnded)
        {
            throw Failed($"container {container.Name} exited ({code})");
        }

        return health switch
        {
            "healthy" => true,
            "unhealthy" => throw Failed($"container {container.Name} is unhealthy"),
            // That it ended says more: one that fails at once is given the time to.
            null or "none" when condition == Healthy && status == "running" => waited < TimeToEnd ? false : throw Failed($"container {container.Name} has no healthcheck configured"),
            null or "none" => status == "running" && condition == Up,
            _ => false,
        };
    }

    private static UnavailableException Failed(string reason) => new(Failure + reason);
}
