using Gantry.Build.Store;
using Gantry.Spec;

namespace Gantry.Build.Solving;

/// <summary>
/// A node of the graph: what makes one filesystem of others. Its key says all that its result depends on; a step whose
/// key was met before is not done again.
/// </summary>
public abstract class Step
{
    /// <summary>As progress shows it: <c>[build 2/5] RUN make</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where the instruction is.</summary>
    public LineRange? Lines { get; init; }

    /// <summary>Done even where its result is known.</summary>
    public bool IgnoreCache { get; init; }

    /// <summary>The filesystem it changes; null where it begins one.</summary>
    public Step? Root { get; init; }

    /// <summary>All it needs, <see cref="Root"/> first.</summary>
    public virtual IReadOnlyList<Step> Inputs => Root is null ? [] : [Root];

    /// <summary>The kind of its cache record.</summary>
    public virtual string Kind => "regular";

    /// <summary>It has a cache record and shows as cached.</summary>
    public virtual bool IsCacheable => true;

    /// <summary>What it writes does not depend on <see cref="Root"/>: it lies above any.</summary>
    public virtual bool IsIndependent => false;

    /// <summary>A program is run, which may take its time.</summary>
    public virtual bool RunsProgram => false;

    /// <summary>
    /// Does ahead what of it depends on no step that is not done. It may be in vain; what fails is tried again in its turn.
    /// </summary>
    /// <param name="wanted">Cancelled when its turn has come: what can be left to that is left.</param>
    /// <returns>What <see cref="BuildRun.TakePreparedAsync"/> gives when it is done; null for nothing.</returns>
    public virtual Task<IDisposable?> PrepareAsync(BuildRun run, CancellationToken wanted) => Task.FromResult<IDisposable?>(null);

    /// <summary>Its key, of its own words and those of what it stands on.</summary>
    public abstract Task<Digest> KeyAsync(BuildRun run);

    /// <summary>Does it. The result is the whole filesystem, or only the new layer where it <see cref="IsIndependent"/>.</summary>
    public abstract Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report);

    /// <summary>A step and all it stands on, each once, it first.</summary>
    public static IEnumerable<Step> AllOf(Step last)
    {
        var steps = new HashSet<Step>();
        var waiting = new Queue<Step>([last]);
        while (waiting.TryDequeue(out var step))
        {
            if (steps.Add(step))
            {
                yield return step;
                foreach (var input in step.Inputs)
                {
                    waiting.Enqueue(input);
                }
            }
        }
    }

    public override string ToString() => Name;
}
