using System.Runtime.InteropServices;
using Gantry.Cli.Compose.Display;
using Gantry.Cli.Terminals;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>An <c>up</c> that stays: it shows what the containers print, and stops them when it is told to.</summary>
internal sealed class AttachedUp(ComposeCall call, ComposeProject project, ComposeEngine engine, ProjectRunner runner) : IDisposable
{
    private const int Interrupted = 130;
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _toldAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _signals = [];

    public async Task<int> RunAsync()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]) _signals.Add(PosixSignalRegistration.Create(signal, Take));
        var shown = runner.Containers.Where(container => IsShown(container.Service)).ToList();
        var printer = new LogPrinter(call.Out, !call.Flag("no-log-prefix"), !call.Flag("no-color") && Terminal.OutputIsTerminal);
        var reader = new LogReader(engine, printer, new("0", null, null, call.Flag("timestamps"))) { KeepsStreams = true };
        foreach (var container in shown) reader.Register(container);
        printer.Status($"Attaching to {string.Join(", ", shown.Select(reader.NameOf))}");
        var watch = call.Flag("watch") ? new ComposeWatch(call, project, printer.Status).Create() : null;
        // With --attach-dependencies too it ends with what was named.
        var endsWithNamed = shown.Exists(container => call.Arguments.Contains(container.Service));
        var follower = new LogFollower(engine, reader, printer, container => IsShown(container.Service))
        {
            Counts = container => !endsWithNamed || call.Arguments.Contains(container.Service),
        };
        var starting = runner.StartAsync(isQuiet: true, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        // Others come as long as files are watched.
        var coming = watch is null ? starting : WatchAsync(starting, watch, stop.Token);
        var following = follower.FollowAsync([.. shown.Where(container => container.IsRunning)], coming, shown);
        var ended = EndOfOneAsync(starting);
        await Task.WhenAny(following, ended, _told.Task, watch is null ? following : coming).ConfigureAwait(false);
        // What could not be started is told, whatever else ended by that.
        if (starting.IsFaulted) await starting.ConfigureAwait(false);
        if (coming.IsFaulted) await coming.ConfigureAwait(false);
        if (following.IsCompleted && !ended.IsCompleted && !_told.Task.IsCompleted)
        {
            await following.ConfigureAwait(false);
            await starting.ConfigureAwait(false);
            return 0;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        await Task.WhenAny(following, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        return _told.Task.IsCompleted ? Interrupted : await (await ended.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task WatchAsync(Task starting, Gantry.Compose.Watching.ProjectWatch watch, CancellationToken cancellationToken)
    {
        await starting.ConfigureAwait(false);
        try
        {
            await watch.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // All is being stopped.
        }
    }

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private bool IsShown(string service)
    {
        if (call.List("no-attach").Contains(service)) return false;
        if (call.List("attach") is { Count: > 0 } chosen) return chosen.Contains(service);
        if (project.Services.GetValueOrDefault(service)?.Attach == false) return false;
        return call.Arguments.Count == 0 || call.Flag("attach-dependencies") || call.Arguments.Contains(service);
    }

    /// <summary>Completes when a container has ended that ends all; never, where none does.</summary>
    /// <returns>The exit code of all, once all have ended.</returns>
    private async Task<Task<int>> EndOfOneAsync(Task starting)
    {
        var (from, onFailure) = (call.Text("exit-code-from"), call.Flag("abort-on-container-failure"));
        var never = new TaskCompletionSource<int>();
        if (from.Length == 0 && !onFailure && !call.Flag("abort-on-container-exit")) await never.Task.ConfigureAwait(false);
        await starting.ConfigureAwait(false);
        var ends = runner.Containers.ToDictionary(container => container, async container =>
        {
            using var exit = await call.Client.WaitAsync(container.Id, null).ConfigureAwait(false);
            return (await exit.ReadAsync().ConfigureAwait(false)).Status;
        });
        var first = await Task.WhenAny(ends.Values.Select(end => onFailure ? FailedAsync(end) : end)).ConfigureAwait(false);
        call.Out.ErrorLine("Aborting on container exit...");
        return from.Length == 0 ? first : ends.First(end => end.Key.Service == from).Value;

        async Task<int> FailedAsync(Task<int> end) => await end.ConfigureAwait(false) is not 0 and var failed ? failed : await never.Task.ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        if (_told.Task.IsCompleted) call.Out.ErrorLine("Gracefully stopping... (press Ctrl+C again to force)");
        // What they depend on, and was not named, may be others' too.
        IReadOnlyList<string> services = call.Arguments.Count > 0 ? call.Arguments : [.. project.Services.Keys];
        var containers = await engine.ListAsync(services: services).ConfigureAwait(false);
        var stopping = new ServiceActions(engine, project, call.Progress, containers).StopAsync(services, call.Timeout);
        if (await Task.WhenAny(stopping, _toldAgain.Task).ConfigureAwait(false) != stopping)
        {
            var actions = new ContainerActions(call.Client, call.Progress);
            await Task.WhenAll(containers.Where(container => container.IsRunning).Select(container => actions.KillAsync(container, "SIGKILL"))).ConfigureAwait(false);
        }

        await stopping.ConfigureAwait(false);
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_told.TrySetResult()) _toldAgain.TrySetResult();
    }
}
