using Gantry.Build.Progress;
using Gantry.Spec;

namespace Gantry.Build.Solving;

/// <summary>What is done for a build before and beside its graph, shown as a step of it.</summary>
public sealed class ShownStep(IBuildProgress progress, TimeProvider time, string build, string name)
{
    /// <summary>Of this build alone: it is done again in each.</summary>
    public string Id { get; } = Digest.Sha256(System.Text.Encoding.UTF8.GetBytes($"{build} {name}")).ToString();

    public async Task<T> RunAsync<T>(Func<StepReport, Task<T>> work)
    {
        var started = time.GetUtcNow();
        Tell(StepState.Started, started, null, null);
        try
        {
            var result = await work(new StepReport(Id, progress, time)).ConfigureAwait(false);
            Tell(StepState.Completed, started, time.GetUtcNow(), null);
            return result;
        }
        catch (OperationCanceledException)
        {
            Tell(StepState.Cancelled, started, time.GetUtcNow(), "CANCELED");
            throw;
        }
        catch (Exception e)
        {
            Tell(StepState.Failed, started, time.GetUtcNow(), e.Message);
            throw;
        }
    }

    private void Tell(StepState state, DateTimeOffset started, DateTimeOffset? completed, string? error) => progress.Report(new StepEvent
    {
        Step = Id,
        Name = name,
        At = time.GetUtcNow(),
        State = state,
        Started = started,
        Completed = completed,
        Error = error,
    });
}
