using System.Text;
using System.Text.Json;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>What happens, one JSON document for each message.</summary>
internal sealed class JsonDisplay(Action<string> line) : IBuildDisplay
{
    public void Show(BuildMessage message)
    {
        if (StatusOf(message) is { } status) line(JsonSerializer.Serialize(status, SolveStatusJson.Wire.SolveStatus));
    }

    public void End()
    {
    }

    private static SolveStatus? StatusOf(BuildMessage message) => message switch
    {
        { Step: { } step } => new() { Vertexes = [VertexOf(step)] },
        { Part: { } part } => new()
        {
            Statuses =
            [
                new()
                {
                    Id = part.Name,
                    Vertex = part.Step,
                    Total = part.Total,
                    Current = part.Current,
                    Timestamp = GoTime.Format(DateTimeOffset.UtcNow),
                    Started = TimeOf(part.Started),
                    Completed = TimeOf(part.Completed),
                },
            ],
        },
        { Output: { } output } => new() { Logs = [new() { Vertex = output.Step, Stream = output.Stream, Data = output.Data, Timestamp = TimeOf(output.At)! }] },
        { Warning: { } warning } => new()
        {
            Warnings =
            [
                new()
                {
                    Level = 1,
                    Short = Encoding.UTF8.GetBytes(warning.Short),
                    Detail = warning.Description.Length > 0 ? [Encoding.UTF8.GetBytes(warning.Description)] : null,
                    Url = warning.Url,
                    Range = [new(new(warning.Line), new(warning.Line))],
                },
            ],
        },
        _ => null,
    };

    private static Vertex VertexOf(BuildStep step)
    {
        var isCached = step.State == "cached";
        var now = isCached ? GoTime.Format(DateTimeOffset.UtcNow) : null;
        return new()
        {
            Digest = step.Id,
            Inputs = step.Inputs.Length > 0 ? step.Inputs : null,
            Name = step.Name,
            Started = now ?? TimeOf(step.Started),
            Completed = now ?? TimeOf(step.Completed),
            Cached = isCached,
            Error = step.Error,
        };
    }

    private static string? TimeOf(long nanoseconds) => nanoseconds > 0 ? GoTime.FormatUnixNanoseconds(nanoseconds) : null;
}
