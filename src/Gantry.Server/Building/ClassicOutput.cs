using System.Text;
using System.Text.RegularExpressions;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Building;

/// <summary>A build as clients of <c>POST /build</c> read it: one step after the other, though several go on at once.</summary>
/// <param name="send">Takes the messages, in order.</param>
/// <param name="quiet">Only the image's id is told.</param>
internal sealed partial class ClassicOutput(Action<ProgressMessage> send, bool quiet) : IBuildProgress
{
    private readonly Lock gate = new();
    private readonly List<ShownStep> steps = [];
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
                case StepEvent step:
                    Take(step);
                    break;
                case OutputEvent output when steps.Find(known => known.Id == output.Step) is { } writer:
                    writer.Take(output);
                    break;
                case WarningEvent warning:
                    Say((warning.Lines.Start > 0 ? $"[Warning] {warning.Short}" : warning.Message) + "\n");
                    break;
            }

            Advance();
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

            Say($"Successfully built {image["sha256:".Length..][..12]}\n");
            foreach (var tag in tags)
            {
                Say($"Successfully tagged {tag.WithDefaultTag().Familiar}\n");
            }
        }
    }

    private void Take(StepEvent happened)
    {
        if (Number().Match(happened.Name) is not { Success: true } number)
        {
            return;
        }

        var step = steps.Find(known => known.Id == happened.Step);
        if (step is null)
        {
            steps.Add(step = new(happened.Step));
            var stage = number.Groups["stage"].Value.Trim();
            step.Waiting.Append($"Step {number.Groups["number"].Value}/{number.Groups["count"].Value}{(stage.Length > 0 ? $" ({stage})" : "")} : {number.Groups["text"].Value}\n");
        }

        if (happened.State == StepState.Cached)
        {
            step.Waiting.Append(" ---> Using cache\n");
        }

        step.IsDone = happened.State != StepState.Started;
    }

    private void Advance()
    {
        while (current < steps.Count)
        {
            var step = steps[current];
            if (step.Waiting.Length > 0)
            {
                Say(step.Waiting.ToString());
                step.Waiting.Clear();
            }

            if (!step.IsDone)
            {
                return;
            }

            current++;
        }
    }

    private void Say(string text) => send(new ProgressMessage { Stream = text });

    [GeneratedRegex(@"^\[(?<stage>.*?)\s*(?<number>\d+)/(?<count>\d+)\] (?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Number();

    private sealed class ShownStep(string id)
    {
        private const string Red = "\e[91m";
        private const string Plain = "\e[0m";
        private readonly Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];

        public string Id { get; } = id;

        public StringBuilder Waiting { get; } = new();

        public bool IsDone { get; set; }

        /// <summary>Characters may be cut anywhere between two pieces of output. What went to standard error is red.</summary>
        public void Take(OutputEvent output)
        {
            var isError = output.Stream == 2;
            var characters = new char[output.Data.Length + 1];
            var count = decoders[isError ? 1 : 0].GetChars(output.Data.Span, characters, flush: false);
            Waiting.Append(isError ? Red : "").Append(characters, 0, count).Append(isError ? Plain : "");
        }
    }
}
