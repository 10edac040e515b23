using System.Globalization;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>The command line of an OCI runtime for one container, as runc has it and others after it. Each call waits until the runtime is done.</summary>
internal sealed class RuntimeCalls(OciRuntime runtime, string id, string bundle)
{
    private const string SearchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const int MostOutput = 4096;

    private string LogFile => Path.Combine(bundle, "runtime.log");

    private string OutputFile => Path.Combine(bundle, "runtime.err");

    private string PidFile => Path.Combine(bundle, "runtime.pid");

    /// <summary>Makes the container of the bundle; its first process is a child of this one then, and waits.</summary>
    public PidFd Create(ProcessPipes? pipes, ConsoleSocket? console)
    {
        // Of a run whose monitor was killed.
        if (Directory.Exists(Path.Combine(runtime.Root, id)))
        {
            Delete();
        }

        return Adopt(pipes, ["create", "--bundle", bundle, "--pid-file", PidFile, .. ConsoleOf(console), id]);
    }

    /// <summary>Runs a further process; a child of this one.</summary>
    /// <param name="process">The file that describes it (process.json).</param>
    /// <param name="pipes">Its streams; null for a terminal.</param>
    /// <param name="console">Gets the terminal.</param>
    public PidFd Exec(string process, ProcessPipes? pipes, ConsoleSocket? console) =>
        Adopt(pipes, ["exec", "--process", process, "--detach", "--pid-file", PidFile, .. ConsoleOf(console), id]);

    public void Start() => Run(null, "start", id);

    public void Kill(int signal) => Run(null, "kill", id, signal.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends it, if it has not ended, and forgets it, if it is known.</summary>
    public void Delete() => Run(null, "delete", "--force", id);

    private static string[] ConsoleOf(ConsoleSocket? console) => console is null ? [] : ["--console-socket", console.Path];

    private PidFd Adopt(ProcessPipes? pipes, params string[] arguments)
    {
        using var adoption = new OrphanAdoption();
        try
        {
            Run(pipes, arguments);
        }
        catch (OciRuntimeException)
        {
            adoption.ReapAll();
            throw;
        }

        var text = File.ReadAllText(PidFile);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            throw new OciRuntimeException($"the runtime {runtime.Name} wrote \"{text}\" as the id of a process");
        }

        adoption.ReapEnded(except: pid);
        return PidFd.Open(pid);
    }

    private void Run(ProcessPipes? pipes, params string[] arguments)
    {
        File.Delete(LogFile);
        File.Delete(OutputFile);
        using var nothing = UnixSocket.OpenFile("/dev/null", write: true);
        using var output = UnixSocket.OpenFile(OutputFile, write: true, create: true);
        SpawnRequest request = new()
        {
            Program = runtime.Path,
            Arguments = [runtime.Path, .. runtime.Arguments ?? [], "--root", runtime.Root, "--log", LogFile, "--log-format", "json", .. arguments],
            Environment = [SearchPath],
            Descriptors = pipes is null
                ? [new(nothing, 0), new(output, 1), new(output, 2)]
                : [new(pipes.Stdin, 0), new(pipes.Stdout, 1), new(pipes.Stderr, 2)],
        };
        using var process = Spawn(request);
        if (process.Wait() is var status and not { Code: 0, Signal: 0 })
        {
            throw new OciRuntimeException(ReasonOf(status, arguments[0]));
        }
    }

    private PidFd Spawn(SpawnRequest request)
    {
        try
        {
            return PidFd.Open(ProcessSpawner.Spawn(request));
        }
        catch (LinuxException e)
        {
            throw new OciRuntimeException($"the runtime {runtime.Name} cannot be run: exec {runtime.Path}: {LinuxException.Words(e.Errno)}");
        }
    }

    private string ReasonOf(ExitStatus status, string command)
    {
        if (LastError() is { } reason)
        {
            return reason;
        }

        var output = File.Exists(OutputFile) ? File.ReadAllText(OutputFile).Trim() : "";
        var end = status.Signal != 0 ? $"signal {status.Signal}" : $"exit status {status.Code}";
        return $"the runtime {runtime.Name} gave no reason for the end of {command}, {end}{(output.Length > 0 ? ": " + output[..Math.Min(output.Length, MostOutput)] : "")}";
    }

    /// <summary>What the runtime logged last as an error.</summary>
    private string? LastError()
    {
        if (!File.Exists(LogFile))
        {
            return null;
        }

        string? found = null;
        foreach (var line in File.ReadLines(LogFile))
        {
            try
            {
                using var entry = JsonDocument.Parse(line);
                if (entry.RootElement.GetProperty("level"u8).GetString() is "error" or "fatal")
                {
                    found = entry.RootElement.GetProperty("msg"u8).GetString();
                }
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // Not every runtime keeps to JSON for all it says; what it says so is not what went wrong.
            }
        }

        return found;
    }
}
