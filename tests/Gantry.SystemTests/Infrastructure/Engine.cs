using System.Diagnostics;
using System.Net.Sockets;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>A daemon under test: gantryd, or Debian's dockerd as the oracle. Its roots and socket are private.</summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly Sandbox _sandbox;
    private readonly Func<Engine, IReadOnlyList<string>> _command;
    private readonly List<string> _log = [];
    private Process? _process;

    private Engine(Sandbox sandbox, string name, Func<Engine, IReadOnlyList<string>> command)
    {
        (_sandbox, Name, _command) = (sandbox, name, command);
        Home = Path.Combine(sandbox.Root, name);
        Directory.CreateDirectory(Home);
    }

    public string Name { get; }

    public Sandbox Sandbox => _sandbox;

    public string Home { get; }

    public string DataRoot => Path.Combine(Home, "data");

    public string ExecRoot => Path.Combine(Home, "exec");

    public string Socket => Path.Combine(Home, "engine.sock");

    /// <summary>Where clients find it.</summary>
    public string Address => "unix://" + Socket;

    /// <summary>The daemon's process id as this machine counts.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Variables of its own, beside those of the test.</summary>
    public IReadOnlyDictionary<string, string?>? Variables { get; set; }

    public HttpClient Http => field ??= new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new Uri("http://engine/"), Timeout = TimeSpan.FromSeconds(60) };

    public static Engine Gantryd(Sandbox sandbox, params string[] more) => new(sandbox, "gantryd", self =>
        [Programs.Gantryd, "--data-root", self.DataRoot, "--exec-root", self.ExecRoot, "--host", self.Address, .. more]);

    public static Engine Dockerd(Sandbox sandbox, params string[] more) => DockerdNamed(sandbox, "dockerd", more);

    /// <summary>Beside another dockerd, with gantry-runtime where that has runc.</summary>
    public static Engine DockerdOverRuntime(Sandbox sandbox) =>
        DockerdNamed(sandbox, "dockerd-over-runtime", ["--add-runtime", $"gantry={Programs.Runtime}", "--default-runtime", "gantry"]);

    private static Engine DockerdNamed(Sandbox sandbox, string name, string[] more) => new(sandbox, name, self =>
        [Programs.Find("dockerd") ?? "dockerd", "--data-root", self.DataRoot, "--exec-root", self.ExecRoot, "--pidfile", Path.Combine(self.Home, "pid"),
            "--host", self.Address, "--bridge=none", "--iptables=false", "--storage-driver=overlay2", .. more]);

    /// <summary>With its default bridge, and its rules: it wants a sandbox of its own.</summary>
    public static Engine NetworkedDockerd(Sandbox sandbox) => new(sandbox, "dockerd", self =>
        [Programs.Find("dockerd") ?? "dockerd", "--data-root", self.DataRoot, "--exec-root", self.ExecRoot, "--pidfile", Path.Combine(self.Home, "pid"),
            "--host", self.Address, "--storage-driver=overlay2"]);

    public async Task StartAsync()
    {
        _process = _sandbox.Start(_command(this), Variables);
        _ = Collect(_process.StandardOutput);
        _ = Collect(_process.StandardError);
        var clock = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new CommandException($"{Name} does not answer; its log:\n{Log()}");
            }

            await Task.Delay(20);
        }

        ProcessId = Sandbox.ChildOf(_process.Id);
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public async Task StopAsync()
    {
        if (_process is null || _process.HasExited) return;
        await Command.RunAsync("kill", ["-TERM", $"{ProcessId}"]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>SIGKILL of the daemon alone.</summary>
    public async Task KillAsync()
    {
        await Command.RunAsync("kill", ["-KILL", $"{ProcessId}"]);
        await _process!.WaitForExitAsync();
    }

    /// <summary>The last lines of what the daemon wrote, over all its lives.</summary>
    public string Log(int lines = 60)
    {
        lock (_log) return string.Join('\n', _log.TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
        finally
        {
            _process?.Dispose();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await Http.GetAsync(new Uri("_ping", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task Collect(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_log) _log.Add(line);
        }
    }
}
