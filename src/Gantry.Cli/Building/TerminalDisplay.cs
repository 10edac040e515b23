using System.Globalization;
using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>A line for each step, drawn anew as the build goes on, and below those at work the last lines of their programs.</summary>
internal sealed class TerminalDisplay : IBuildDisplay, IDisposable
{
    private const int LogLines = 6;
    private readonly Output _output;
    private readonly WarningList _warnings;
    private readonly List<Shown> _steps = [];
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _begun = DateTimeOffset.UtcNow;
    private readonly Timer _clock;
    private int _drawn;

    public TerminalDisplay(Output output, WarningList warnings)
    {
        (_output, _warnings) = (output, warnings);
        _clock = new Timer(_ => Draw(), null, 100, 100);
    }

    public void Show(BuildMessage message)
    {
        lock (_gate)
        {
            if (message.Step is { } step)
            {
                var shown = _steps.Find(known => known.Id == step.Id);
                if (shown is null) _steps.Add(shown = new(step.Id));
                shown.Step = step;
            }

            if (message.Output is { } written) _steps.Find(known => known.Id == written.Step)?.Add(written);
            if (message.Part is { } part) _steps.Find(known => known.Id == part.Step)?.Add(part);
            if (message.Warning is { } warning) _warnings.Add(warning);
        }
    }

    public void End()
    {
        _clock.Dispose();
        Draw();
        _warnings.Print(_output, isColored: true);
    }

    public void Dispose() => _clock.Dispose();

    private void Draw()
    {
        lock (_gate)
        {
            if (_steps.Count == 0) return;
            var (rows, columns) = Terminal.Size;
            columns = columns > 0 ? columns : 80;
            var text = new StringBuilder();
            if (_drawn > 0) text.Append(CultureInfo.InvariantCulture, $"\x1b[{_drawn}A");
            var lines = Lines().ToList();
            var isOver = _steps.TrueForAll(step => step.IsDone);
            if (!isOver && rows > 2 && lines.Count > rows - 1) lines = [lines[0], .. lines.Skip(lines.Count - rows + 2)];
            foreach (var (line, style) in lines)
            {
                text.Append("\x1b[2K").Append(style).Append(line.Length >= columns ? line[..(columns - 1)] : line).Append("\x1b[0m\n");
            }

            for (var i = lines.Count; i < _drawn; i++) text.Append("\x1b[2K\n");
            if (_drawn > lines.Count) text.Append(CultureInfo.InvariantCulture, $"\x1b[{_drawn - lines.Count}A");
            _drawn = lines.Count;
            _output.Error.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    private IEnumerable<(string Line, string Style)> Lines()
    {
        var done = _steps.Count(step => step.IsDone);
        var isOver = done == _steps.Count;
        yield return ($"[+] Building {Seconds((DateTimeOffset.UtcNow - _begun).TotalSeconds)} ({done}/{_steps.Count}){(isOver ? " FINISHED" : "")}", isOver ? "\x1b[34m" : "");
        foreach (var step in _steps)
        {
            yield return step.Heading();
            foreach (var part in step.IsDone ? [] : step.Parts) yield return ($" => => {part}", "");
            foreach (var line in step.IsDone ? [] : step.Log.TakeLast(LogLines)) yield return ($" => => # {line}", "\x1b[2m");
        }
    }

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";

    private sealed class Shown(string id)
    {
        private readonly StringBuilder _pending = new();
        private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal);

        public string Id { get; } = id;

        public BuildStep Step { get; set; } = new();

        public Queue<string> Log { get; } = new();

        public IEnumerable<string> Parts => _parts.Values;

        public bool IsDone => Step.State != "started";

        public void Add(BuildStepOutput written)
        {
            _pending.Append(Encoding.UTF8.GetString(written.Data));
            var lines = _pending.ToString().Split('\n');
            _pending.Clear().Append(lines[^1]);
            foreach (var line in lines[..^1])
            {
                Log.Enqueue(line.Replace("\r", "", StringComparison.Ordinal).Replace("\x1b", "", StringComparison.Ordinal));
                if (Log.Count > LogLines) Log.Dequeue();
            }
        }

        public void Add(BuildPart part) => _parts[part.Name] = PartText.Of(part);

        public (string Line, string Style) Heading()
        {
            var end = Step.Completed > 0 ? DateTimeOffset.UnixEpoch.AddTicks(Step.Completed / 100) : DateTimeOffset.UtcNow;
            var elapsed = Step.Started > 0 ? (end - DateTimeOffset.UnixEpoch.AddTicks(Step.Started / 100)).TotalSeconds : 0;
            var prefix = Step.State switch { "cached" => "CACHED ", "failed" => "ERROR ", "cancelled" => "CANCELED ", _ => "" };
            var style = Step.State switch { "failed" => "\x1b[31m", "cancelled" => "\x1b[33m", "started" => "", _ => "\x1b[34m" };
            var width = Math.Max(20, Terminal.Width - 8);
            var name = $" => {prefix}{Step.Name.ReplaceLineEndings(" ")}";
            return ($"{(name.Length > width - 1 ? name[..(width - 4)] + "..." : name).PadRight(width - 1)} {Seconds(elapsed),6}", style);
        }
    }
}
