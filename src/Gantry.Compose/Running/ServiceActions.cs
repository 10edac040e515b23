namespace Gantry.Compose.Running;

/// <summary>What is done to the containers of services, in the order of their dependencies.</summary>
public sealed class ServiceActions(ServiceGraph graph, ContainerActions actions, IComposeProgress progress, IReadOnlyList<ComposeContainer> containers)
{
    /// <summary>What depends on a service stops before it.</summary>
    public Task StopAsync(IEnumerable<string> services, int? timeout) =>
        graph.VisitAsync(Names(services), isReversed: true, service => EachAsync(service, _ => true, container => actions.StopAsync(container, timeout)));

    public Task StartAsync(IEnumerable<string> services) => graph.VisitAsync(Names(services), isReversed: false, async service =>
    {
        if (!containers.Any(container => container.Service == service)) return;
        await new DependencyWait(actions, progress).WaitAsync(graph.DependenciesOf(service), name => containers.Where(container => container.Service == name), CancellationToken.None).ConfigureAwait(false);
        await EachAsync(service, container => !container.IsRunning, actions.StartAsync).ConfigureAwait(false);
    });

    /// <param name="dependents">Also the services that say that they restart with these.</param>
    public Task RestartAsync(IEnumerable<string> services, int? timeout, bool dependents) => graph.VisitAsync(
        dependents ? graph.WithRestarted(services) : Names(services),
        isReversed: false,
        service => EachAsync(service, _ => true, container => actions.RestartAsync(container, timeout)));

    private Task EachAsync(string service, Func<ComposeContainer, bool> isMeant, Func<ComposeContainer, Task> act) =>
        Task.WhenAll(containers.Where(container => container.Service == service && isMeant(container)).Select(act));

    private static HashSet<string> Names(IEnumerable<string> services) => new(services, StringComparer.Ordinal);
}
