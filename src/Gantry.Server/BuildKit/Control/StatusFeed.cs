using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>How a build goes, for whoever asks, from its beginning: the messages of <c>Control.Status</c>.</summary>
internal sealed class StatusFeed(string build) : IBuildProgress
{
    private const string ExportPrefix = "exporting ";

    /// <summary>Bytes of one step, as BuildKit has it.</summary>
    private const long MostOutput = 2 << 20;
    private readonly Lock gate = new();
    private string? exportStep;
    private readonly List<ProtoWriter> messages = [];
    private readonly Dictionary<string, StepEvent> steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> written = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = New();
    private bool isComplete;

    /// <summary>The Dockerfile, for what points into it.</summary>
    public SourceFile? Source { get; set; }

    /// <summary>The step that warnings which name none belong to.</summary>
    public string WarningStep { get; set; } = "";

    public IReadOnlyList<ProtoWriter> Messages
    {
        get
        {
            lock (gate) return [.. messages];
        }
    }

    /// <summary>The last that happened to each step.</summary>
    public IReadOnlyCollection<StepEvent> Steps
    {
        get
        {
            lock (gate) return [.. steps.Values];
        }
    }

    public int WarningCount { get; private set; }

    public void Report(BuildEvent happened)
    {
        switch (happened)
        {
            case StepEvent step:
                exportStep = step.Name.StartsWith(ExportPrefix, StringComparison.Ordinal) ? step.Step : exportStep;
                lock (gate) steps[step.Step] = step;
                Add(new ProtoWriter().Message(1, Vertex(step)));
                break;
            case PartEvent part:
                Add(new ProtoWriter().Message(2, new ProtoWriter()
                    .Text(1, part.Name).Text(2, IdOf(part.Step)).Text(3, part.Name).Integer(4, part.Current).Integer(5, part.Total)
                    .Time(6, part.At).Time(7, part.Started).Time(8, part.Completed)));
                break;
            case OutputEvent output:
                Output(output, Clip(output));
                break;
            case WarningEvent warning:
                lock (gate) WarningCount++;
                Add(new ProtoWriter().Message(4, Warning(warning)));
                break;
        }
    }

    public void Complete()
    {
        lock (gate)
        {
            isComplete = true;
            changed.TrySetResult();
        }
    }

    /// <summary>Ends when the build does.</summary>
    public async Task SendAsync(Func<ProtoWriter, ValueTask> send, CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            ProtoWriter[] fresh;
            Task more;
            lock (gate)
            {
                fresh = [.. messages.Skip(next)];
                if (fresh.Length == 0 && isComplete)
                {
                    return;
                }

                more = changed.Task;
            }

            foreach (var message in fresh)
            {
                await send(message).ConfigureAwait(false);
            }

            next += fresh.Length;
            if (fresh.Length == 0)
            {
                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Output(OutputEvent output, ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty)
        {
            Add(new ProtoWriter().Message(3, new ProtoWriter().Text(1, output.Step).Time(2, output.At).Integer(3, output.Stream).Bytes(4, data)));
        }
    }

    /// <summary>What is left of it where its step wrote very much, which would be kept as long as the build goes on.</summary>
    private ReadOnlySpan<byte> Clip(OutputEvent output)
    {
        long before;
        lock (gate)
        {
            before = written.GetValueOrDefault(output.Step);
            written[output.Step] = before + output.Data.Length;
        }

        var data = output.Data.Span;
        return before + data.Length <= MostOutput ? data
            : before > MostOutput ? []
            : (byte[])[.. data[..(int)(MostOutput - before)], .. "\n[output clipped, log limit 2MiB reached]\n"u8];
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(ProtoWriter message)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            messages.Add(message);
            (before, changed) = (changed, New());
        }

        before.TrySetResult();
    }

    /// <summary>Clients that build several images at once show a step of the same id once: each image is exported by itself.</summary>
    private string IdOf(string step) => step == exportStep ? Digest.Sha256(System.Text.Encoding.UTF8.GetBytes($"{build} {step}")).ToString() : step;

    private ProtoWriter Vertex(StepEvent step) => new ProtoWriter()
        .Text(1, IdOf(step.Step)).Texts(2, step.Inputs).Text(3, step.Name).Flag(4, step.State == StepState.Cached)
        .Time(5, step.Started ?? (step.State == StepState.Cached ? step.At : null))
        .Time(6, step.Completed ?? (step.State == StepState.Cached ? step.At : null))
        .Text(7, step.Error);

    private ProtoWriter Warning(WarningEvent warning)
    {
        var message = new ProtoWriter()
            .Text(1, warning.Step.Length > 0 ? warning.Step : WarningStep).Integer(2, 1)
            .Text(3, warning.Short)
            .Text(4, warning.Description).Text(5, warning.Url);
        return Source is { } source && warning.Lines.Start > 0 ? message.Message(6, source.Info()).Message(7, SourceFile.Range(warning.Lines)) : message;
    }
}
