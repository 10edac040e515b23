using System.Globalization;
using System.Text.Json;
using Gantry.Cli.Commands;
using Gantry.Cli.Compose.Display;
using Gantry.Client;
using Gantry.Compose.Running;
using Gantry.Spec;

namespace Gantry.Cli.Compose;

/// <summary>Follows the logs of a project until all its containers have ended; those that start once it is made join.</summary>
/// <param name="isMeant">Whose logs are asked for.</param>
internal sealed class LogFollower(ComposeEngine engine, LogReader reader, LogPrinter printer, Func<ComposeContainer, bool> isMeant)
{
    private const int EventChecks = 40;
    private static readonly TimeSpan EventCheck = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RestartCheck = TimeSpan.FromMilliseconds(200);
    private readonly DateTimeOffset _made = DateTimeOffset.UtcNow;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _came = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _readUntil = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _open = new(StringComparer.Ordinal);

    /// <summary>Whose ends it waits for; the logs of others are shown as long.</summary>
    public Func<ComposeContainer, bool> Counts { get; init; } = _ => true;

    /// <param name="containers">Those that run.</param>
    /// <param name="starting">Until it is completed others may come; null where nothing is being started.</param>
    /// <param name="expected">Those that are being started.</param>
    public async Task FollowAsync(IReadOnlyList<ComposeContainer> containers, Task? starting = null, IReadOnlyList<ComposeContainer>? expected = null)
    {
        using var done = new CancellationTokenSource();
        // Of one that ran before, what it said then is known.
        foreach (var container in expected ?? []) if (container.State != "created") _readUntil[container.Id] = Seconds(_made);
        var joining = JoinAsync(done.Token);
        foreach (var container in containers) Begin(container, isJoining: false);
        if (starting is not null)
        {
            await starting.ConfigureAwait(false);
            // The engine tells of a start a little later than it answers.
            for (var left = EventChecks; left > 0 && !AllCame(expected ?? []); left--) await Task.Delay(EventCheck).ConfigureAwait(false);
        }

        while (await NextAsync().ConfigureAwait(false) is { } ended) await ended.ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await joining.ConfigureAwait(false);
    }

    /// <summary>One of those that are followed; null when there are none and none comes back.</summary>
    private async Task<Task?> NextAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                var counted = _open.Where(item => _counted.Contains(item.Key)).Select(item => item.Value).ToList();
                if (counted.Count > 0) return Task.WhenAny(counted);
            }

            var listed = await engine.ListAsync(oneOff: true).ConfigureAwait(false);
            if (!listed.Any(container => isMeant(container) && Counts(container) && container.State == "restarting")) return null;
            await Task.Delay(RestartCheck).ConfigureAwait(false);
        }
    }

    private bool AllCame(IReadOnlyList<ComposeContainer> expected)
    {
        lock (_gate) return expected.All(container => _came.Contains(container.Id));
    }

    private void Begin(ComposeContainer container, bool isJoining)
    {
        reader.Register(container);
        lock (_gate)
        {
            _came.Add(container.Id);
            if (Counts(container)) _counted.Add(container.Id);
            // It is told of its start while the log of the one before still ends.
            var before = _open.GetValueOrDefault(container.Id) ?? Task.CompletedTask;
            _open[container.Id] = Task.CompletedTask;
            _open[container.Id] = RunAsync(container, isJoining, before);
        }
    }

    private async Task RunAsync(ComposeContainer container, bool isJoining, Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(false);
        try
        {
            // Not since the engine told of the start: a container can say something before that.
            await reader.ReadAsync(container, follow: true, isJoining ? ReadUntil(container) : null).ConfigureAwait(false);
            await NoteEndAsync(container, hasRun: isJoining || container.IsRunning).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // It was removed as it ended.
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(container.Id);
            }
        }
    }

    private string ReadUntil(ComposeContainer container)
    {
        lock (_gate) return _readUntil.GetValueOrDefault(container.Id, "0");
    }

    /// <param name="hasRun">Since it was looked at first; it may have ended before it was listed.</param>
    private async Task NoteEndAsync(ComposeContainer container, bool hasRun)
    {
        var state = (await engine.Client.GetAsync($"/containers/{container.Id}/json").ConfigureAwait(false)).At("State");
        // Whether it runs again by now or not: that is when what was read ended.
        lock (_gate) _readUntil[container.Id] = Timestamps.ForQuery(state.Text("FinishedAt")) is [not '-', ..] finished ? finished : "0";
        if (!hasRun) return;
        if (!state.Flag("Running") || state.Flag("Restarting"))
        {
            printer.Status(string.Create(CultureInfo.InvariantCulture, $"{reader.NameOf(container)} exited with code {state.Number("ExitCode")}"));
        }
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var filter = new JsonBody { ["type"] = new[] { "container" }, ["event"] = new[] { "start" }, ["label"] = new[] { $"{ComposeLabels.Project}={engine.Project}" } };
        var target = new Query("/events")
            .Add("filters", System.Text.Encoding.UTF8.GetString(filter.ToUtf8().Span))
            .Add("since", Seconds(_made));
        try
        {
            await foreach (var message in engine.Client.GetMessagesAsync(target.ToString(), cancellationToken).ConfigureAwait(false)) await JoinAsync(message).ConfigureAwait(false);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // All have ended.
        }
    }

    private async Task JoinAsync(JsonElement message)
    {
        var listed = await engine.ListAsync(oneOff: true).ConfigureAwait(false);
        if (listed.FirstOrDefault(container => container.Id == message.Text("Actor", "ID")) is not { } started || !isMeant(started)) return;
        Begin(started, isJoining: true);
    }

    private static string Seconds(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeMilliseconds() / 1000.0:0.000}");
}
