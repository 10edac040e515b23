using System.Buffers.Binary;
using System.Diagnostics;
using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

/// <summary>Docker's own client on our socket: the protocol, with processes that the test plays.</summary>
public sealed class DockerCliTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Exec_passes_input_to_its_end_and_output_and_the_exit_code_back()
    {
        var session = new MemorySession(isTerminal: false, stdin: true);
        server.Execs.Sessions["c-exec"] = session;
        var process = Task.Run(() => AnswerAllInputAsync(session), TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await DockerAsync("hello\n", "exec", "-i", "c", "cat");
        Assert.Equal((5, "got hello\n", "and an error\n"), (exitCode, output, error));
        await process;
    }

    [Fact]
    public async Task Logs_are_told_apart()
    {
        server.Containers.Logs["l"] = new LogStream(false, Entries());
        var (exitCode, output, error) = await DockerAsync("", "logs", "l");
        Assert.Equal((0, "out\n", "err\n"), (exitCode, output, error));
    }

    [Fact]
    public async Task Wait_prints_the_exit_code()
    {
        var wait = server.Containers.Waits["w9"] = new TaskCompletionSource<ContainerWaitResponse>();
        var docker = DockerAsync("", "wait", "w9");
        await Task.Delay(100, TestContext.Current.CancellationToken);
        wait.SetResult(new ContainerWaitResponse { StatusCode = 9 });
        Assert.Equal((0, "9\n", ""), await docker);
    }

    [Fact]
    public async Task An_error_is_the_engines_sentence()
    {
        var (exitCode, _, error) = await DockerAsync("", "kill", "x");
        Assert.Equal(1, exitCode);
        Assert.Contains("cannot kill container: x: container x is not running", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_streams_its_archive()
    {
        var (exitCode, output, _) = await DockerAsync("not really a tar", "load", "-q");
        Assert.Equal((0, "Loaded image: x:latest\n"), (exitCode, output));
    }

    private static async Task AnswerAllInputAsync(MemorySession session)
    {
        using var reader = new StreamReader(session.ProcessInput);
        var input = await reader.ReadToEndAsync();
        await session.ProcessOutput.WriteAsync(Frame(1, "got " + input));
        await session.ProcessOutput.WriteAsync(Frame(2, "and an error\n"));
        await session.ProcessOutput.CompleteAsync();
    }

    private static byte[] Frame(byte source, string text)
    {
        var frame = new byte[8 + text.Length];
        frame[0] = source;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, frame.AsSpan(8));
        return frame;
    }

    private static async IAsyncEnumerable<LogEntry> Entries()
    {
        yield return new LogEntry(LogSource.Stdout, 0, "out\n"u8.ToArray());
        await Task.Yield();
        yield return new LogEntry(LogSource.Stderr, 0, "err\n"u8.ToArray());
    }

    private async Task<(int ExitCode, string Output, string Error)> DockerAsync(string input, params string[] arguments)
    {
        var program = new[] { "/usr/local/bin/docker", "/usr/bin/docker" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "the docker CLI is not installed");
        var start = new ProcessStartInfo(program!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-H", "unix://" + server.SocketPath, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
