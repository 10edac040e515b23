namespace Gantry.Build.Solving;

/// <summary>
/// What steps do ahead while a program runs that they stand on: one after another, on one processor, as the program needs
/// the machine too.
/// </summary>
internal sealed class Preparations(BuildRun run) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<Step, Preparation> begun = [];
    private Task last = Task.CompletedTask;

    /// <summary>Those of the steps that were not told before are prepared when their turn comes.</summary>
    public void Begin(IEnumerable<Step> steps)
    {
        lock (gate)
        {
            foreach (var step in steps)
            {
                if (!begun.ContainsKey(step))
                {
                    var (before, preparation) = (last, new Preparation());
                    last = preparation.Work = Task.Run(() => PrepareAsync(before, step, preparation));
                    begun[step] = preparation;
                }
            }
        }
    }

    /// <summary>What a step did ahead, now the caller's; null for nothing. From now on it is too late to begin.</summary>
    public async Task<IDisposable?> TakeAsync(Step step)
    {
        Preparation? preparation;
        lock (gate)
        {
            begun.TryGetValue(step, out preparation);
        }

        return preparation is null || preparation.TryClaim() ? null : await preparation.TakeAsync().ConfigureAwait(false);
    }

    /// <summary>The build is cancelled by now.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var preparation in begun.Values)
        {
            _ = preparation.TryClaim();
            (await preparation.TakeAsync().ConfigureAwait(false))?.Dispose();
            preparation.Dispose();
        }
    }

    private async Task<IDisposable?> PrepareAsync(Task before, Step step, Preparation preparation)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!preparation.TryClaim())
        {
            return null;
        }

        try
        {
            return await step.PrepareAsync(run, preparation.Wanted).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It fails again in its turn, and is told then; or it was not needed.
            return null;
        }
    }

    private sealed class Preparation : IDisposable
    {
        private readonly CancellationTokenSource wanted = new();
        private int claimed;
        private int taken;

        public Task<IDisposable?> Work { get; set; } = Task.FromResult<IDisposable?>(null);

        /// <summary>True for the first: who does it, or who says that it is too late.</summary>
        public bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

        /// <summary>Its step waits for it.</summary>
        public CancellationToken Wanted => wanted.Token;

        public async Task<IDisposable?> TakeAsync()
        {
            await wanted.CancelAsync().ConfigureAwait(false);
            var prepared = await Work.ConfigureAwait(false);
            return Interlocked.Exchange(ref taken, 1) == 0 ? prepared : null;
        }

        public void Dispose() => wanted.Dispose();
    }
}
