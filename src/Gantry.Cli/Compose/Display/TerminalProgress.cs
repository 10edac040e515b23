using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Display;

/// <summary>A line for each thing, drawn again as things go on.</summary>
internal sealed class TerminalProgress : IComposeProgress, IDisposable
{
    private const string Reset = "\u001b[0m";
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly Output _output;
    private readonly List<Row> _rows = [];
    private readonly Timer _timer;
    private int _drawn;
    private int _turn;

    public TerminalProgress(Output output)
    {
        _output = output;
        _timer = new Timer(_ => Draw(), null, Interval, Interval);
    }

    public void Report(ProgressEvent item)
    {
        lock (_gate)
        {
            var row = _rows.Find(one => one.Subject == item.Subject);
            if (row is null) _rows.Add(row = new Row(item.Subject));
            if (row.State != ProgressState.Working && item.State == ProgressState.Working) row.Clock.Restart();
            (row.State, row.Text) = (item.State, item.Text);
            if (item.State != ProgressState.Working) row.Clock.Stop();
            DrawRows();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Leaves what is drawn: what comes next is below it.</summary>
    public void End()
    {
        lock (_gate)
        {
            DrawRows();
            _rows.Clear();
            _drawn = 0;
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            _turn++;
            if (_rows.Exists(row => row.State == ProgressState.Working)) DrawRows();
        }
    }

    private void DrawRows()
    {
        if (_rows.Count == 0) return;
        var text = new StringBuilder();
        if (_drawn > 0) text.Append(CultureInfo.InvariantCulture, $"\u001b[{_drawn}A");
        var done = _rows.Count(row => row.State != ProgressState.Working);
        var width = Math.Max(Terminal.Width, 20);
        text.Append(CultureInfo.InvariantCulture, $"\u001b[2K[+] Running {done}/{_rows.Count}\n");
        var longest = _rows.Max(row => row.Subject.Length);
        // More rows than the terminal has cannot be drawn again.
        var shown = _rows.Count < Terminal.Size.Rows - 1 || Terminal.Size.Rows == 0 ? _rows : _rows.Where(row => row.State != ProgressState.Done).Take(Math.Max(Terminal.Size.Rows - 2, 1)).ToList();
        foreach (var row in shown)
        {
            var (sign, color) = row.State switch
            {
                ProgressState.Done => ("✔", "\u001b[32m"),
                ProgressState.Warning => ("!", "\u001b[33m"),
                ProgressState.Error => ("✘", "\u001b[31m"),
                _ => (Spinner[_turn % Spinner.Length], "\u001b[34m"),
            };
            var time = $"{row.Clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)}s ";
            var left = $" {sign} {row.Subject.PadRight(longest)}  {row.Text}";
            if (left.Length > width - time.Length - 1) left = left[..(width - time.Length - 1)];
            text.Append("\u001b[2K").Append(color).Append(left[..3]).Append(Reset).Append(left[3..].PadRight(width - time.Length - 3)).Append("\u001b[34m").Append(time).Append(Reset).Append('\n');
        }

        // What was drawn lower and is no more.
        text.Append("\u001b[J");
        _drawn = shown.Count + 1;
        _output.Error.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private sealed class Row(string subject)
    {
        public string Subject => subject;

        public ProgressState State { get; set; }

        public string Text { get; set; } = "";

        public Stopwatch Clock { get; } = Stopwatch.StartNew();
    }
}
