using System.Diagnostics;
using System.Globalization;
using Gantry.SystemTests.Images;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Tracing;

/// <summary>Takes spans over OTLP/HTTP inside a sandbox, as a collector does, from those who know the key.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    public const string Key = "a-key";

    /// <summary>Each request becomes a file, once it is whole.</summary>
    private const string Program = """
        import http.server, os, sys
        directory, key = sys.argv[2], sys.argv[3]
        class Receiver(http.server.BaseHTTPRequestHandler):
            count = 0
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                well = self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf" and self.headers["x-key"] == key
                if well:
                    Receiver.count += 1
                    name = os.path.join(directory, "%06d" % Receiver.count)
                    open(name + ".part", "wb").write(body)
                    os.rename(name + ".part", name)
                self.send_response(200 if well else 403)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()
            def log_message(self, *words): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
        """;

    private readonly string _directory;
    private readonly Process _process;

    private TraceReceiver(string directory, Process process, string address) => (_directory, _process, Address) = (directory, process, address);

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    public string Address { get; }

    public static async Task<TraceReceiver> StartAsync(Sandbox sandbox)
    {
        Root.Require("python3");
        var directory = Path.Combine(sandbox.Root, "traces");
        Directory.CreateDirectory(directory);
        var port = LoopbackHttp.FreePort();
        var process = sandbox.Start(["python3", "-c", Program, port.ToString(CultureInfo.InvariantCulture), directory, Key]);
        (await sandbox.RunAsync("bash", "-c", $"for i in $(seq 200); do (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && exit 0; sleep 0.05; done; exit 1")).Succeeds();
        return new TraceReceiver(directory, process, $"http://127.0.0.1:{port}");
    }

    /// <summary>All that came so far.</summary>
    public IReadOnlyList<Span> Spans() =>
        [.. Directory.EnumerateFiles(_directory).Where(file => !file.EndsWith(".part", StringComparison.Ordinal)).Order(StringComparer.Ordinal).SelectMany(file => TraceMessage.Read(File.ReadAllBytes(file)))];

    /// <summary>Waits for the spans of a condition, as they come some time after what they tell of.</summary>
    public async Task<Span> FindAsync(string what, Func<Span, bool> condition)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (Spans().FirstOrDefault(condition) is { } found) return found;
            await Task.Delay(50);
        }

        throw new CommandException($"no span: {what}; there are:\n{string.Join('\n', Spans().Select(span => $"{span.Name} {span.SpanId} below {span.ParentId} {string.Join(' ', span.Attributes)}"))}");
    }

    public Task<Span> FindAsync(string name) => FindAsync(name, span => span.Name == name);

    public Task<Span> FindBelowAsync(Span parent, string name) =>
        FindAsync($"{name} below {parent.Name}", span => span.Name.Contains(name, StringComparison.Ordinal) && span.ParentId == parent.SpanId && span.TraceId == parent.TraceId);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
