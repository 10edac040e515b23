using System.Globalization;
using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>Lines as BuildKit prints them where there is no terminal: each begins with the number of its step.</summary>
/// <param name="output">Has the streams.</param>
/// <param name="line">Writes one.</param>
/// <param name="warnings">Collects what is shown at the end.</param>
internal sealed class PlainDisplay(Output output, Action<string> line, WarningList warnings) : IBuildDisplay
{
    private readonly Dictionary<string, Shown> _steps = new(StringComparer.Ordinal);
    private Shown? _last;
    private int _count;

    public void Show(BuildMessage message)
    {
        if (message.Step is { } step) ShowStep(step);
        if (message.Output is { } written && _steps.TryGetValue(written.Step, out var writer)) ShowOutput(writer, written);
        if (message.Part is { } part && part.Completed > 0 && _steps.TryGetValue(part.Step, out var owner)) Line(owner, $"{PartText.Of(part)} {Seconds(part.Completed - part.Started)} done");
        if (message.Warning is { } warning) warnings.Add(warning);
    }

    public void End() => warnings.Print(output, isColored: false);

    private void ShowStep(BuildStep step)
    {
        if (!_steps.TryGetValue(step.Id, out var shown))
        {
            _steps[step.Id] = shown = new(++_count, step.Name);
            Begin(shown);
        }

        shown.Started = step.Started;
        switch (step.State)
        {
            case "cached":
                Line(shown, "CACHED");
                Gap();
                break;
            case "completed":
                Rest(shown);
                Line(shown, $"DONE {Seconds(step.Completed - step.Started)}");
                Gap();
                break;
            case "failed":
                Rest(shown);
                Line(shown, $"ERROR: {step.Error}");
                Gap();
                break;
            case "cancelled":
                Rest(shown);
                Line(shown, "CANCELED");
                Gap();
                break;
        }
    }

    private void ShowOutput(Shown shown, BuildStepOutput written)
    {
        shown.Pending.Append(shown.Decoder(written.Stream, written.Data));
        var text = shown.Pending.ToString();
        var end = text.LastIndexOf('\n');
        if (end < 0) return;
        shown.Pending.Remove(0, end + 1);
        foreach (var part in text[..end].Split('\n'))
        {
            Line(shown, $"{((written.At - shown.Started) / 1e9).ToString("0.000", CultureInfo.InvariantCulture)} {part.TrimEnd('\r')}");
        }
    }

    private void Rest(Shown shown)
    {
        if (shown.Pending.Length == 0) return;
        Line(shown, shown.Pending.ToString());
        shown.Pending.Clear();
    }

    private void Begin(Shown shown)
    {
        if (_last is not null && _last != shown) Gap();
        line($"#{shown.Number} {shown.Name}");
        _last = shown;
    }

    private void Line(Shown shown, string text)
    {
        if (_last != shown) Begin(shown);
        line($"#{shown.Number} {text}");
    }

    private void Gap()
    {
        line("");
        _last = null;
    }

    private static string Seconds(long nanoseconds) => (Math.Max(0, nanoseconds) / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + "s";

    private sealed class Shown(int number, string name)
    {
        private readonly Decoder[] _decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];

        public int Number { get; } = number;

        public string Name { get; } = name;

        public long Started { get; set; }

        public StringBuilder Pending { get; } = new();

        /// <summary>Characters may be cut anywhere.</summary>
        public char[] Decoder(int stream, byte[] data)
        {
            var characters = new char[data.Length + 1];
            return characters[.._decoders[stream == 2 ? 1 : 0].GetChars(data, characters, flush: false)];
        }
    }
}
