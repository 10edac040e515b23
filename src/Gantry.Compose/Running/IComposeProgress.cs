namespace Gantry.Compose.Running;

public enum ProgressState
{
    Working,
    Done,
    Warning,
    Error,
}

/// <summary>What happens to one thing.</summary>
/// <param name="Subject"><c>Container web-1</c>, <c>Network app_default</c>.</param>
/// <param name="Text">What happens or happened: <c>Creating</c>, <c>Created</c>; of an error, why.</param>
public readonly record struct ProgressEvent(string Subject, ProgressState State, string Text);

/// <summary>Told of what is done to a project; several threads tell.</summary>
public interface IComposeProgress
{
    void Report(ProgressEvent item);
}

/// <summary>Nobody is told.</summary>
public sealed class NoProgress : IComposeProgress
{
    public void Report(ProgressEvent item)
    {
    }
}

public static class ComposeProgress
{
    /// <summary>Does something and tells of its begin and its end.</summary>
    public static async Task ShowAsync(this IComposeProgress progress, string subject, string doing, string done, Func<Task> work)
    {
        progress.Report(new(subject, ProgressState.Working, doing));
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            progress.Report(new(subject, ProgressState.Error, "Error"));
            throw;
        }

        progress.Report(new(subject, ProgressState.Done, done));
    }
}
