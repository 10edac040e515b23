namespace Gantry.Engine.Containers;

/// <summary>A lock that may be held across awaits; first come, first served. It owns nothing that would need disposing.</summary>
internal sealed class AsyncLock
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private bool held;

    public async ValueTask<Holder> EnterAsync()
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            if (!held)
            {
                held = true;
                return new Holder(this);
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }

        await turn.Task.ConfigureAwait(false);
        return new Holder(this);
    }

    private void Leave()
    {
        lock (gate)
        {
            if (waiting.TryDequeue(out var next))
            {
                next.SetResult();
            }
            else
            {
                held = false;
            }
        }
    }

    public readonly struct Holder(AsyncLock owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
