using System.Diagnostics;
using System.Text;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>A command that a test talks with while it runs, on pipes or on a terminal of its own.</summary>
public sealed class Session : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _seen = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly string _command;
    private int _matched;

    private Session(Process process, string command)
    {
        (_process, _command) = (process, command);
        _reading = Task.WhenAll(Read(process.StandardOutput, _seen), Read(process.StandardError, _error));
    }

    public string Seen
    {
        get { lock (_lock) return _seen.ToString(); }
    }

    public string Error
    {
        get { lock (_lock) return _error.ToString(); }
    }

    public int ProcessId => _process.Id;

    public static Session OnPipes(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        new(Command.Start(program, arguments, environment, redirectInput: true), Command.Describe(program, arguments));

    /// <summary>On a real terminal of 40 rows and 120 columns, made by script(1); its exit code is the command's.</summary>
    public static Session OnTerminal(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var line = "stty rows 40 cols 120; exec " + string.Join(' ', arguments.Prepend(program).Select(Quote));
        var inner = new Dictionary<string, string?>(environment) { ["TERM"] = "xterm", ["SHELL"] = "/bin/sh" };
        return new(Command.Start("script", ["-qefc", line, "/dev/null"], inner, redirectInput: true), Command.Describe(program, arguments));
    }

    public async Task SendAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits until the output after the last match holds the text; returns what came up to its end.</summary>
    public async Task<string> WaitForAsync(string text, int seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            lock (_lock)
            {
                var all = _seen.ToString();
                var at = all.IndexOf(text, _matched, StringComparison.Ordinal);
                if (at >= 0)
                {
                    var from = _matched;
                    _matched = at + text.Length;
                    return all[from.._matched];
                }
            }

            if (clock.Elapsed.TotalSeconds > seconds || (_reading.IsCompleted && !Seen[_matched..].Contains(text, StringComparison.Ordinal)))
            {
                throw new CommandException($"{_command}\nwaited for \"{text}\" after {_matched} characters of: {Seen}\nstderr: {Error}");
            }

            await Task.Delay(20);
        }
    }

    public async Task<CommandResult> ExitAsync(int seconds = 30)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _reading.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CommandException($"{_command}\nstill running after {seconds} s; it printed: {Seen}\nstderr: {Error}");
        }

        return new CommandResult(_command, _process.ExitCode, Seen, Error);
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private async Task Read(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            lock (_lock) into.Append(buffer, 0, count);
        }
    }
}
