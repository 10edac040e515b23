namespace Gantry.Compose.Running;

/// <summary>Lets so many do something at once (<c>--parallel</c>); the others wait.</summary>
/// <param name="count">Null for all.</param>
public sealed class WorkSlots(int? count) : IDisposable
{
    private readonly SemaphoreSlim free = new(count ?? int.MaxValue);

    public async Task RunAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        await free.WaitAsync().ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose() => free.Dispose();
}
