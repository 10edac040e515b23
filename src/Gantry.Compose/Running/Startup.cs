using System.Text.Json;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Starts the containers of a project, each when what it depends on is as far as it has to be.</summary>
internal sealed class Startup(ComposeEngine engine, ComposeProject project, ProjectState state, IComposeProgress progress)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="started">Told of each container before it is started, so that nothing it writes is missed.</param>
    public Task RunAsync(Func<ComposeContainer, Task>? started, CancellationToken cancellationToken) => DependencyOrder.RunAsync(project.Services, reverse: false, async service =>
    {
        await WaitForAsync(service, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(state.Of(service.Name).Where(container => container.State is not "running" and not "paused" and not "restarting").Select(async container =>
        {
            if (started is not null) await started(container).ConfigureAwait(false);
            await progress.ShowAsync($"Container {container.Name}", "Starting", "Started", () => StartAsync(service, container, cancellationToken)).ConfigureAwait(false);
        })).ConfigureAwait(false);
    });

    /// <summary>Waits until what a service depends on is as far as the service wants it.</summary>
    public Task WaitForAsync(ComposeService service, CancellationToken cancellationToken) =>
        Task.WhenAll(service.DependsOn.Select(item => WaitAsync(service, item.Key, item.Value, cancellationToken)));

    /// <summary>Waits until all containers run, and are healthy where they can say so.</summary>
    public async Task WaitAllAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } time) limit.CancelAfter(time);
        try
        {
            await Task.WhenAll(project.Services.Values.SelectMany(service => state.Of(service.Name)).Select(container => UntilAsync(container, "service_running_or_healthy", limit.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException("application not healthy after " + timeout!.Value.ToString("c", System.Globalization.CultureInfo.InvariantCulture));
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

    private async Task WaitAsync(ComposeService service, string name, DependsOn how, CancellationToken cancellationToken)
    {
        if (how.Condition == "service_started" || !project.Services.TryGetValue(name, out var dependency) || dependency.Provider is not null)
        {
            return;
        }

        try
        {
            await Task.WhenAll(state.Of(name).Select(container => UntilAsync(container, how.Condition, cancellationToken))).ConfigureAwait(false);
        }
        catch (GantryException e) when (!how.Required)
        {
            progress.Report(new($"Container {state.Of(name)[0].Name}", ProgressState.Warning, $"optional dependency \"{name}\" of service \"{service.Name}\": {e.Message}"));
        }
    }

    private async Task UntilAsync(ComposeContainer container, string condition, CancellationToken cancellationToken)
    {
        var subject = $"Container {container.Name}";
        progress.Report(new(subject, ProgressState.Working, "Waiting"));
        while (true)
        {
            var inspected = await engine.Client.GetAsync($"/containers/{container.Id}/json", cancellationToken).ConfigureAwait(false);
            if (Reached(container, inspected.GetProperty("State"), condition) is { } text)
            {
                progress.Report(new(subject, ProgressState.Done, text));
                return;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private string? Reached(ComposeContainer container, JsonElement status, string condition)
    {
        var running = status.GetProperty("Status").GetString()!;
        var code = status.GetProperty("ExitCode").GetInt32();
        var health = status.TryGetProperty("Health", out var check) && check.ValueKind == JsonValueKind.Object ? check.GetProperty("Status").GetString()! : null;
        var name = container.Name;
        switch (condition)
        {
            case "service_completed_successfully" when running is "exited" or "dead":
                return code == 0 ? "Exited" : throw Failed(name, $"service \"{container.Service}\" didn't complete successfully: exit {code}");
            case "service_completed_successfully":
                return null;
            case "service_healthy" when health is null or "none" && running == "running":
                throw Failed(name, $"container {name} has no healthcheck configured");
            case "service_healthy" or "service_running_or_healthy" when running is "exited" or "dead":
                throw Failed(name, $"container {name} exited ({code})");
            case "service_healthy" or "service_running_or_healthy" when health == "unhealthy":
                throw Failed(name, $"container {name} is unhealthy");
            default:
                return health == "healthy" || (condition != "service_healthy" && running == "running" && health is null or "none") ? "Healthy" : null;
        }
    }

    private UnavailableException Failed(string container, string reason)
    {
        progress.Report(new($"Container {container}", ProgressState.Error, "Error"));
        return new($"dependency failed to start: {reason}");
    }
}
