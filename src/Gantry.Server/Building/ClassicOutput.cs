using System.Text;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Building;

/// <summary>A build as clients of <c>POST /build</c> read it: one instruction after the other as they are written, though several steps go on at once.</summary>
/// <param name="send">Takes the messages, in order.</param>
/// <param name="quiet">Only the image's id is told.</param>
internal sealed class ClassicOutput(Action<ProgressMessage> send, bool quiet) : IBuildProgress
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ShownStep> steps = new(StringComparer.Ordinal);
    private IReadOnlyList<ShownInstruction> instructions = [];
    private readonly List<string> last = [];
    private int current;

    public void Report(BuildEvent happened)
    {
        lock (gate)
        {
            if (quiet)
            {
                return;
            }

            switch (happened)
            {
                case PlanEvent plan:
                    instructions = [.. plan.Instructions.Select((planned, index) => new ShownInstruction(planned, $"Step {index + 1}/{plan.Instructions.Count} : {planned.Source}\n"))];
                    break;
                case StepEvent step:
                    Take(step);
                    break;
                case OutputEvent output when steps.TryGetValue(output.Step, out var writer):
                    writer.Take(output);
                    break;
                case WarningEvent { Lines.Start: > 0 } warning:
                    Say($"[Warning] {warning.Short}\n");
                    break;
                case WarningEvent ofAll:
                    last.Add(ofAll.Message + "\n");
                    break;
            }

            while (current < instructions.Count && TryShow(current))
            {
                current++;
            }
        }
    }

    /// <summary>Shows what is held back for what is written above it: that will not come.</summary>
    /// <param name="failed">The line of the instruction that failed, which is shown with all above it; null where none did.</param>
    public void Flush(int? failed)
    {
        lock (gate)
        {
            foreach (var instruction in instructions.Skip(current).Where(instruction => instruction.Steps.Count > 0 || instruction.Planned.Lines.Start <= failed))
            {
                Show(instruction);
            }

            current = instructions.Count;
        }
    }

    /// <summary>The last messages of a build that made an image.</summary>
    public void Finish(string image, IReadOnlyList<ImageReference> tags)
    {
        lock (gate)
        {
            if (quiet)
            {
                Say(image + "\n");
                return;
            }

            last.ForEach(Say);
            Say($"Successfully built {image["sha256:".Length..][..12]}\n");
            foreach (var tag in tags)
            {
                Say($"Successfully tagged {tag.WithDefaultTag().Familiar}\n");
            }
        }
    }

    private void Take(StepEvent happened)
    {
        if (instructions.FirstOrDefault(one => one.Planned.Lines.Start == happened.Lines?.Start) is not { } instruction)
        {
            return;
        }

        if (!steps.TryGetValue(happened.Step, out var step))
        {
            steps.Add(happened.Step, step = new());
        }

        // What several stages have in common is one step.
        if (!instruction.Steps.Contains(step))
        {
            instruction.Steps.Add(step);
        }

        if (happened.State == StepState.Cached && !step.IsCached)
        {
            step.IsCached = true;
            step.Waiting.Append(ShownInstruction.UsingCache);
        }

        step.IsDone = happened.State != StepState.Started;
    }

    /// <summary>True when all of it is shown.</summary>
    private bool TryShow(int index)
    {
        var instruction = instructions[index];
        if (instruction.Planned.StepCount > 0)
        {
            if (instruction.Steps.Count > 0)
            {
                Show(instruction);
            }

            return instruction.IsDone;
        }

        // It is part of what comes next in its stage, and known as soon as that is.
        var stage = instructions.Where(other => other.Planned.Stage == instruction.Planned.Stage && other.Planned.StepCount > 0).ToList();
        var next = stage.Find(other => other.Planned.Lines.Start > instruction.Planned.Lines.Start);
        if (next is { Steps.Count: 0 })
        {
            return false;
        }

        Show(instruction);
        if (!instruction.IsBegin && (next ?? stage.LastOrDefault()) is { IsCached: true })
        {
            Say(ShownInstruction.UsingCache);
        }

        return true;
    }

    private void Show(ShownInstruction instruction)
    {
        var text = instruction.TakeHead() + string.Concat(instruction.Steps.Select(step => step.TakeWaiting()));
        if (text.Length > 0)
        {
            Say(text);
        }
    }

    private void Say(string text) => send(new ProgressMessage { Stream = text });

    private sealed class ShownInstruction(PlannedInstruction planned, string head)
    {
        public const string UsingCache = " ---> Using cache\n";
        private string head = head;

        public PlannedInstruction Planned => planned;

        /// <summary>FROM, or what stands before it.</summary>
        public bool IsBegin { get; } = planned.Stage is null || planned.Source.StartsWith("FROM", StringComparison.OrdinalIgnoreCase);

        public List<ShownStep> Steps { get; } = [];

        public bool IsDone => Steps.Count >= planned.StepCount && Steps.TrueForAll(step => step.IsDone);

        public bool IsCached => Steps.Exists(step => step.IsCached);

        public string TakeHead()
        {
            var taken = head;
            head = "";
            return taken;
        }
    }

    private sealed class ShownStep
    {
        private const string Red = "\e[91m";
        private const string Plain = "\e[0m";
        private readonly Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];

        public StringBuilder Waiting { get; } = new();

        public bool IsDone { get; set; }

        public bool IsCached { get; set; }

        /// <summary>Characters may be cut anywhere between two pieces of output. What went to standard error is red.</summary>
        public void Take(OutputEvent output)
        {
            var isError = output.Stream == 2;
            var characters = new char[output.Data.Length + 1];
            var count = decoders[isError ? 1 : 0].GetChars(output.Data.Span, characters, flush: false);
            Waiting.Append(isError ? Red : "").Append(characters, 0, count).Append(isError ? Plain : "");
        }

        public string TakeWaiting()
        {
            var taken = Waiting.ToString();
            Waiting.Clear();
            return taken;
        }
    }
}
