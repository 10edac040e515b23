using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Starts the containers of a project, each when what it depends on is as far as it has to be.</summary>
internal sealed class Startup(ComposeEngine engine, ComposeProject project, ProjectState state, IComposeProgress progress)
{
    private readonly DependencyWait waiting = new(new ContainerActions(engine.Client, progress), progress);

    public Task RunAsync(CancellationToken cancellationToken) => ServiceGraph.Of(project).VisitAsync(project.Services.Keys.ToHashSet(), isReversed: false, async name =>
    {
        var service = project.Services[name];
        await WaitForAsync(service, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(state.Of(name).Where(container => !container.IsRunning)
            .Select(container => progress.ShowAsync($"Container {container.Name}", "Starting", "Started", () => StartAsync(service, container, cancellationToken)))).ConfigureAwait(false);
    });

    /// <summary>Starts one container and waits until it is healthy.</summary>
    public async Task StartHealthyAsync(ComposeService service, ComposeContainer container, CancellationToken cancellationToken)
    {
        await StartAsync(service, container, cancellationToken).ConfigureAwait(false);
        await waiting.WaitAsync(container, DependencyWait.Healthy, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until what a service depends on is as far as the service wants it.</summary>
    public Task WaitForAsync(ComposeService service, CancellationToken cancellationToken) =>
        waiting.WaitAsync(service.DependsOn, state.Of, cancellationToken);

    /// <summary>Waits until all containers run, and are healthy where they can say so; of a service that another waits for to end, until it has.</summary>
    public async Task WaitAllAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } time) limit.CancelAfter(time);
        try
        {
            var ending = project.Services.Values.SelectMany(service => service.DependsOn).Where(item => item.Value.Condition == DependencyWait.Completed).Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
            await Task.WhenAll(project.Services.Keys.SelectMany(state.Of)
                .Select(container => waiting.WaitAsync(container, ending.Contains(container.Service) ? DependencyWait.Completed : DependencyWait.Up, limit.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"application not healthy after {timeout!.Value.TotalSeconds:0}s");
        }
    }

    private async Task StartAsync(ComposeService service, ComposeContainer container, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Client.StartContainerAsync(container.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NotModifiedException)
        {
            // Another up was quicker.
        }

        foreach (var hook in service.PostStart)
        {
            await ContainerHooks.RunAsync(engine.Client, container, hook, cancellationToken).ConfigureAwait(false);
        }
    }
}
