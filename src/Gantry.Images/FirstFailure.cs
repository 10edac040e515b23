using System.Runtime.ExceptionServices;

namespace Gantry.Images;

/// <summary>Work done side by side, of which the first that fails stops the rest and is the one told.</summary>
internal static class FirstFailure
{
    public static Task WhenAllAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var list = items.ToList();
        return WhenAllAsync(list.Count, async (i, _, token) =>
        {
            await work(list[i], token).ConfigureAwait(false);
            return true;
        }, cancellationToken);
    }

    /// <param name="work">Gets its number, the task before it, and what stops it.</param>
    public static async Task<TResult[]> WhenAllAsync<TResult>(int count, Func<int, Task, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var tasks = new Task<TResult>[count];
        Task before = Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            var (number, previous) = (i, before);
            before = tasks[i] = Task.Run(() => GuardAsync(number, previous), CancellationToken.None);
        }

        try
        {
            return await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(first!);
            throw;
        }

        async Task<TResult> GuardAsync(int number, Task previous)
        {
            try
            {
                return await work(number, previous, stop.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }
}
