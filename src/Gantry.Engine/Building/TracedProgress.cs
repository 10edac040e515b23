using System.Diagnostics;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Spec;

namespace Gantry.Engine.Building;

/// <summary>Makes a span of every step that a build has done.</summary>
internal sealed class TracedProgress(IBuildProgress inner, ActivityContext build) : IBuildProgress
{
    /// <summary>The progress itself without a span of the build.</summary>
    public static IBuildProgress Of(IBuildProgress inner, Activity? build) => build is null ? inner : new TracedProgress(inner, build.Context);

    public void Report(BuildEvent happened)
    {
        inner.Report(happened);
        if (happened is not StepEvent { State: not StepState.Started } step)
        {
            return;
        }

        using var span = Tracing.Source.StartActivity(step.Name, ActivityKind.Internal, build, startTime: step.Started ?? step.At);
        span?.SetTag("step.state", step.State.ToString().ToLowerInvariant());
        if (step.Error is { } error)
        {
            Tracing.Fail(span, error);
        }

        span?.SetEndTime((step.Completed ?? step.At).UtcDateTime);
    }
}
