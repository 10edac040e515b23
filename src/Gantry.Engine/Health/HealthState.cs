using Gantry.Spec.Engine;

namespace Gantry.Engine.Health;

/// <summary>What the checks of one run of a container have found.</summary>
internal sealed class HealthState(int retries)
{
    public const string Starting = "starting";
    public const string Healthy = "healthy";
    public const string Unhealthy = "unhealthy";
    private const int LogLength = 5;
    private readonly Lock gate = new();
    private readonly Queue<HealthLog> log = new();

    public string Status { get; private set; } = Starting;

    public int FailingStreak { get; private set; }

    public CancellationTokenSource Ending { get; } = new();

    /// <summary>Takes a result in; true when the status changed by it.</summary>
    /// <param name="result">Of one check.</param>
    /// <param name="isStarting">A failure in the start period does not count.</param>
    public bool Add(HealthLog result, bool isStarting)
    {
        lock (gate)
        {
            if (log.Count == LogLength)
            {
                log.Dequeue();
            }

            log.Enqueue(result);
            var before = Status;
            if (result.ExitCode == 0)
            {
                (Status, FailingStreak) = (Healthy, 0);
            }
            else if (Status != Starting || !isStarting)
            {
                FailingStreak++;
                if (FailingStreak >= retries)
                {
                    Status = Unhealthy;
                }
            }

            return Status != before;
        }
    }

    public Spec.Engine.Health ToHealth()
    {
        lock (gate)
        {
            return new() { Status = Status, FailingStreak = FailingStreak, Log = [.. log] };
        }
    }
}
