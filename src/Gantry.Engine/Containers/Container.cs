using System.Collections.Concurrent;
using Gantry.Engine.Execs;
using Gantry.Engine.Health;
using Gantry.Engine.Restart;
using Gantry.Engine.Streams;
using Gantry.Runtime.Monitor.Client;

namespace Gantry.Engine.Containers;

/// <summary>A container while the daemon lives: its record and what runs for it.</summary>
internal sealed class Container(ContainerRecord record)
{
    private ContainerRecord record = record;

    public string Id { get; } = record.Id;

    public ContainerRecord Record
    {
        get => Volatile.Read(ref record);
        set => Volatile.Write(ref record, value);
    }

    public string DisplayName => "/" + Record.Name;

    /// <summary>Held by whoever changes the container's state.</summary>
    public AsyncLock Gate { get; } = new();

    /// <summary>There while the container has a process.</summary>
    public MonitorClient? Monitor { get; set; }

    /// <summary>Completes when the present run has ended and is recorded; completed where there is none.</summary>
    public TaskCompletionSource RunEnded { get; set; } = Completed();

    /// <summary>Completes when the present run's end is in <see cref="Record"/> and its networks are free, which is before <see cref="RunEnded"/>.</summary>
    public TaskCompletionSource EndRecorded { get; set; } = Completed();

    public ContainerWaits Waits { get; } = new();

    /// <summary>Attached before the start.</summary>
    public PendingAttaches Pending { get; } = new();

    public ConcurrentDictionary<string, ExecInstance> Execs { get; } = new(StringComparer.Ordinal);

    public HealthState? Health { get; set; }

    public RestartBackOff BackOff { get; } = new();

    /// <summary>Ends a wait for the next restart.</summary>
    public CancellationTokenSource? RestartTimer { get; set; }

    /// <summary>The present run is being ended on request: no restart policy applies to it.</summary>
    public bool IsStopping { get; set; }

    /// <summary>When those who follow events were told of its last end.</summary>
    public DateTimeOffset? EndTold { get; set; }

    /// <summary>Others on its networks do not find it by name: it is not ready yet, or about to go. A daemon that returns forgets it.</summary>
    public bool HidesNames { get; set; }

    /// <summary>A restart is under way: --rm does not apply to the end of this run.</summary>
    public bool KeepOnExit { get; set; }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
