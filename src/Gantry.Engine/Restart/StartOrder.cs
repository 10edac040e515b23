using Gantry.Engine.Containers;
using Gantry.Engine.Health;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Restart;

/// <summary>
/// When the machine starts, a container of a Compose project waits for those it depends on, as its label
/// <see cref="ComposeDependency.Label"/> says.
/// </summary>
/// <param name="store">All containers.</param>
/// <param name="starts">The starts that are under way, by container.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the wait was in vain.</param>
internal sealed partial class StartOrder(ContainerStore store, IReadOnlyDictionary<string, Task> starts, TimeProvider time, ILogger logger)
{
    private const string Project = "com.docker.compose.project";
    private const string Service = "com.docker.compose.service";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>A service that never becomes healthy does not keep the rest of the machine down for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Whether it depends on another.</summary>
    public static bool IsOrdered(Container container) => Dependencies(container).Any();

    /// <summary>Waits until all it depends on is as far as it wants, or will not get there.</summary>
    public async Task WaitAsync(Container container, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        foreach (var (service, condition, _) in Dependencies(container))
        {
            while (Peers(container, service).Any(peer => MayStillCome(peer, condition)))
            {
                if (time.GetElapsedTime(begun) > Patience)
                {
                    LogInVain(logger, container.Record.Name, service, condition);
                    return;
                }

                await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<ComposeDependency> Dependencies(Container container) => ComposeDependency.Parse(Label(container, ComposeDependency.Label));

    private IEnumerable<Container> Peers(Container container, string service) => store.All().Where(other =>
        other != container && Label(other, Project) == Label(container, Project) && Label(other, Service) == service);

    /// <summary>Not as far as it is wanted, and on the way there.</summary>
    private bool MayStillCome(Container peer, string condition) => IsToStart(peer) || condition switch
    {
        "service_completed_successfully" => peer.Record.State.Running,
        "service_healthy" => peer.Record.State.Running && peer.Health is { Status: not HealthState.Healthy },
        _ => false,
    };

    private bool IsToStart(Container peer) => starts.TryGetValue(peer.Id, out var start) && !start.IsCompleted;

    private static string Label(Container container, string name) => container.Record.Config.Labels?.GetValueOrDefault(name) ?? "";

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Name} starts though {Service} did not come to {Condition}")]
    private static partial void LogInVain(ILogger logger, string name, string service, string condition);
}
