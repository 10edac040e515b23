using Gantry.Build.Dockerfile;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Spec.Engine;

namespace Gantry.Server.Building;

/// <summary>A build as <c>gantry build</c> reads it: what happens to each step, as it happens.</summary>
internal sealed class StepOutput(Action<BuildMessage> send) : IBuildProgress
{
    public void Report(BuildEvent happened)
    {
        if (Message(happened) is { } message)
        {
            send(message);
        }
    }

    private static BuildMessage? Message(BuildEvent happened) => happened switch
    {
        StepEvent step => new()
        {
            Step = new()
            {
                Id = step.Step,
                Name = step.Name,
                Inputs = [.. step.Inputs],
                State = step.State switch
                {
                    StepState.Started => "started",
                    StepState.Cached => "cached",
                    StepState.Completed => "completed",
                    StepState.Failed => "failed",
                    _ => "cancelled",
                },
                Started = Nanoseconds(step.Started),
                Completed = Nanoseconds(step.Completed),
                Error = step.Error,
            },
        },
        OutputEvent output => new() { Output = new() { Step = output.Step, Stream = output.Stream, At = Nanoseconds(output.At), Data = output.Data.ToArray() } },
        PartEvent part => new() { Part = new() { Step = part.Step, Name = part.Name, Current = part.Current, Total = part.Total, Started = Nanoseconds(part.Started), Completed = Nanoseconds(part.Completed) } },
        WarningEvent warning => new()
        {
            Warning = new()
            {
                Rule = warning.Rule,
                Message = warning.Message,
                Short = warning.Short,
                Description = warning.Description,
                Url = warning.Url,
                Excerpt = warning.Excerpt,
                Line = warning.Lines.Start,
            },
        },
        _ => null,
    };

    public static BuildFailure Describe(Exception failure)
    {
        var step = failure as StepFailedException ?? failure.InnerException as StepFailedException;
        return new()
        {
            Message = failure.Message,
            Excerpt = failure is DockerfileException dockerfile ? dockerfile.Describe() : "",
            Step = step?.ExitCode is null ? "" : step.Step.Name,
            Tail = step?.Tail ?? [],
            ExitCode = step?.ExitCode ?? 0,
            Image = step?.Image ?? "",
        };
    }

    private static long Nanoseconds(DateTimeOffset? time) => time is { } at ? (at - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;
}
