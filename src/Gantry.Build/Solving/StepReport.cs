using Gantry.Build.Progress;

namespace Gantry.Build.Solving;

/// <summary>Where a step that is being done tells how it goes.</summary>
public sealed class StepReport(string id, IBuildProgress progress, TimeProvider time)
{
    private const int TailSize = 16 * 1024;
    private readonly Lock gate = new();
    private readonly List<byte> tail = [];

    /// <summary>The last of what its program wrote.</summary>
    public byte[] Tail
    {
        get
        {
            lock (gate)
            {
                return [.. tail];
            }
        }
    }

    public void Output(int stream, ReadOnlyMemory<byte> data)
    {
        lock (gate)
        {
            tail.AddRange(data.Span);
            if (tail.Count > TailSize * 2)
            {
                tail.RemoveRange(0, tail.Count - TailSize);
            }
        }

        progress.Report(new OutputEvent { Step = id, At = time.GetUtcNow(), Stream = stream, Data = data.ToArray() });
    }

    public void Part(string name, long current, long total, DateTimeOffset started, bool done) => progress.Report(new PartEvent
    {
        Step = id,
        At = time.GetUtcNow(),
        Name = name,
        Current = current,
        Total = total,
        Started = started,
        Completed = done ? time.GetUtcNow() : null,
    });
}

/// <summary>Takes what a build tells. Called from any thread; it must not wait.</summary>
public interface IBuildProgress
{
    void Report(BuildEvent happened);
}
