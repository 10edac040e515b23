using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>What is done to the containers of services, in the order of their dependencies.</summary>
/// <param name="project">What the files say of their hooks; null where there are none.</param>
/// <param name="progress">Told of what is done.</param>
public sealed class ServiceActions(ComposeEngine engine, ComposeProject? project, IComposeProgress progress, IReadOnlyList<ComposeContainer> containers)
{
    private readonly ServiceGraph graph = project is null ? ServiceGraph.Of(containers) : ServiceGraph.Of(project);
    private readonly ContainerActions actions = new(engine.Client, progress);

    /// <summary>What depends on a service stops before it.</summary>
    public Task StopAsync(IEnumerable<string> services, int? timeout) =>
        graph.VisitAsync(Names(services), isReversed: true, service => EachAsync(service, _ => true, async container =>
        {
            await BeforeStopAsync(container).ConfigureAwait(false);
            await actions.StopAsync(container, timeout).ConfigureAwait(false);
        }));

    /// <summary>What a service depends on is started before it, also where it is not named.</summary>
    public Task StartAsync(IEnumerable<string> services) => graph.VisitAsync(graph.WithDependencies(services), isReversed: false, async service =>
    {
        await WaitForDependenciesAsync(service, _ => true).ConfigureAwait(false);
        await EachAsync(service, container => !container.IsRunning, async container =>
        {
            await actions.StartAsync(container).ConfigureAwait(false);
            await AfterStartAsync(container).ConfigureAwait(false);
        }).ConfigureAwait(false);
    });

    /// <param name="dependents">Also the services that say that they restart with these.</param>
    public Task RestartAsync(IEnumerable<string> services, int? timeout, bool dependents) => graph.VisitAsync(
        dependents ? graph.WithRestarted(services) : Names(services),
        isReversed: false,
        async service =>
        {
            // What does not restart with it is no reason to wait, or to fail.
            await WaitForDependenciesAsync(service, dependency => dependency.Restart).ConfigureAwait(false);
            await EachAsync(service, _ => true, async container =>
            {
                await BeforeStopAsync(container).ConfigureAwait(false);
                await actions.RestartAsync(container, timeout).ConfigureAwait(false);
                await AfterStartAsync(container).ConfigureAwait(false);
            }).ConfigureAwait(false);
        });

    private Task WaitForDependenciesAsync(string service, Func<DependsOn, bool> isMeant) => containers.Any(container => container.Service == service)
        ? new DependencyWait(actions, progress).WaitAsync(graph.DependenciesOf(service).Where(item => isMeant(item.Value)).ToDictionary(), name => containers.Where(container => container.Service == name), CancellationToken.None)
        : Task.CompletedTask;

    private Task BeforeStopAsync(ComposeContainer container) => container.IsRunning ? RunAsync(container, service => service.PreStop) : Task.CompletedTask;

    private Task AfterStartAsync(ComposeContainer container) => RunAsync(container, service => service.PostStart);

    private async Task RunAsync(ComposeContainer container, Func<ComposeService, IReadOnlyList<ServiceHook>> hooksOf)
    {
        if (project?.AllServices.FirstOrDefault(service => service.Name == container.Service) is not { } service)
        {
            return;
        }

        foreach (var hook in hooksOf(service))
        {
            await ContainerHooks.RunAsync(engine.Client, container, hook, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task EachAsync(string service, Func<ComposeContainer, bool> isMeant, Func<ComposeContainer, Task> act) =>
        Task.WhenAll(containers.Where(container => container.Service == service && isMeant(container)).Select(act));

    private static HashSet<string> Names(IEnumerable<string> services) => new(services, StringComparer.Ordinal);
}
