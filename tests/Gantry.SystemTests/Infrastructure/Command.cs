using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>Runs a program to its end, as a test sees it: what it printed and how it exited.</summary>
internal static class Command
{
    /// <summary>Generous: the machines are small and shared. A hang still ends, with what was printed so far.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    public static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? input = null,
        TimeSpan? timeout = null)
    {
        using var process = Start(program, arguments, environment, redirectInput: true);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var writing = WriteAsync(process.StandardInput, input);
        using var limit = new CancellationTokenSource(timeout ?? DefaultTimeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await Task.WhenAll(output, error, writing).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            var state = process.HasExited ? "ended, but something holds its streams" : "still running";
            process.Kill(entireProcessTree: true);
            throw new CommandException($"{state} after {timeout ?? DefaultTimeout}: {Describe(program, arguments)}\n"
                + $"stdout: {await Settled(output)}\nstderr: {await Settled(error)}");
        }

        return new CommandResult(Describe(program, arguments), process.ExitCode, await output, await error);
    }

    public static Process Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, bool redirectInput)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = redirectInput,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[key] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CommandException($"cannot run {program}: {e.Message}");
        }
    }

    public static string Describe(string program, IEnumerable<string> arguments) =>
        Path.GetFileName(program) + " " + string.Join(' ', arguments.Select(a => a.Any(char.IsWhiteSpace) || a.Length == 0 ? $"'{a}'" : a));

    /// <summary>Splits a command line at blanks; single and double quotes keep a word together.</summary>
    public static IReadOnlyList<string> Words(string line)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char quote = '\0';
        foreach (var c in line)
        {
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word!.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                word ??= new StringBuilder();
            }
            else if (c is ' ' or '\n')
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (word is not null) words.Add(word.ToString());
        return words;
    }

    private static async Task WriteAsync(StreamWriter stream, string? input)
    {
        try
        {
            await stream.WriteAsync(input);
            stream.Close();
        }
        catch (IOException)
        {
            // The program did not want its input.
        }
    }

    // A grandchild may hold the pipe open after the kill.
    private static async Task<string> Settled(Task<string> text) =>
        await Task.WhenAny(text, Task.Delay(TimeSpan.FromSeconds(1))) == text ? await text : "(still open)";
}

/// <summary>A command did not do what the test needs of it.</summary>
public sealed class CommandException(string message) : Exception(message);
