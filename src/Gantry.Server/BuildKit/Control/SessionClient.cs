using System.Collections.Concurrent;
using System.Text;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Engine.Backends;
using Gantry.Images.Layouts;
using Gantry.Server.Building;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Server.BuildKit.Control;

/// <summary>The client of one build, behind its session.</summary>
/// <param name="sessions">May have another that offers a directory: builds side by side share one.</param>
internal sealed class SessionClient(
    BuildSession session, BuildSessions sessions, FrontendAttributes attributes, StatusFeed feed, string build, string agentDirectory, TimeProvider time) : IBuildClient, IAsyncDisposable
{
    private const int MostDockerfileBytes = 16 << 20;
    private const string DockerfileDirectory = "dockerfile";
    private const string IgnoreFile = ".dockerignore";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private readonly AgentSockets agents = new(session, agentDirectory);
    private readonly ConcurrentDictionary<string, Lazy<Task<ContextTree>>> contexts = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, IReadOnlyList<string>> wanted = new Dictionary<string, IReadOnlyList<string>>();
    private byte[]? ignore;

    /// <summary>The Dockerfile that is not one of the context.</summary>
    public async Task<SourceFile> ReadDockerfileAsync(CancellationToken cancellationToken)
    {
        var name = attributes.FileName;
        var step = new ShownStep(feed, time, build, $"[internal] load build definition from {name}");
        feed.WarningStep = step.Id;
        return await step.RunAsync(async report =>
        {
            var selection = new FileSelection { Directory = attributes.DockerfileDirectory ?? DockerfileDirectory, Paths = [name, name + IgnoreFile, name.ToLowerInvariant()] };
            var files = await ReadAsync(selection, DockerfileDirectory, report, cancellationToken).ConfigureAwait(false);
            ignore = files.GetValueOrDefault(SourceTree.Clean(name + IgnoreFile));
            var content = files.GetValueOrDefault(SourceTree.Clean(name)) ?? files.GetValueOrDefault(SourceTree.Clean(name.ToLowerInvariant()))
                ?? throw new GrpcException(GrpcCode.Unknown, $"failed to read dockerfile: open {name}: no such file or directory");
            return new SourceFile(name, content);
        }).ConfigureAwait(false);
    }

    /// <summary>What is left out of the context.</summary>
    public async Task ReadIgnoreFileAsync(CancellationToken cancellationToken)
    {
        if (ignore is not null)
        {
            return;
        }

        var step = new ShownStep(feed, time, build, $"[internal] load {IgnoreFile}");
        ignore = await step.RunAsync(async report =>
        {
            try
            {
                var files = await ReadAsync(new() { Directory = attributes.ContextDirectory, Paths = [IgnoreFile] }, "context", report, cancellationToken).ConfigureAwait(false);
                return files.GetValueOrDefault(IgnoreFile) ?? [];
            }
            catch (GrpcException e) when (e.Code == GrpcCode.NotFound)
            {
                // The client has no context: the Dockerfile may need none.
                return [];
            }
        }).ConfigureAwait(false);
    }

    public void Narrow(IReadOnlyDictionary<string, IReadOnlyList<string>> paths) => wanted = paths;

    public async Task<SourceTree> OpenContextAsync(string? name, ContextStore store, CancellationToken cancellationToken)
    {
        var tree = contexts.GetOrAdd(name ?? "", _ => new(() => name is null
            ? ReceiveAsync("[internal] load build context", Selection("", attributes.ContextDirectory, ignore), store, cancellationToken)
            : ReceiveNamedAsync(name, store, cancellationToken)));
        return await tree.Value.ConfigureAwait(false);
    }

    public ILayoutSource OpenLayout(string place) => new SessionLayout(session, place.StartsWith(CacheOptions.SessionPrefix, StringComparison.Ordinal) ? place : SessionLayout.ContextPrefix + place);

    public Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ignore is { Length: > 0 } file ? IgnorePatterns.Parse(Encoding.UTF8.GetString(file)) : null);

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken) => session.FindSecretAsync(id, cancellationToken);

    public Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken) => agents.FindAsync(id, cancellationToken);

    public Task<AuthConfig?> FindAuthAsync(string host, CancellationToken cancellationToken) => session.FindAuthAsync(host, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await agents.DisposeAsync().ConfigureAwait(false);
        foreach (var context in contexts.Values.Where(context => context.IsValueCreated && context.Value.IsCompletedSuccessfully))
        {
            (await context.Value.ConfigureAwait(false)).Dispose();
        }
    }

    private async Task<ContextTree> ReceiveNamedAsync(string name, ContextStore store, CancellationToken cancellationToken)
    {
        var directory = attributes.LocalContexts.GetValueOrDefault(name) ?? throw new GrpcException(GrpcCode.NotFound, $"no context named {name} came with the build");
        var offering = await OfferingAsync(directory, cancellationToken).ConfigureAwait(false);
        var files = await FileSync.ReadAsync(offering, new() { Directory = directory, Paths = [IgnoreFile] }, MostDockerfileBytes, cancellationToken).ConfigureAwait(false);
        return await ReceiveAsync($"[context {name}] load from client", Selection(name, directory, files.GetValueOrDefault(IgnoreFile)), store, cancellationToken).ConfigureAwait(false);
    }

    private async Task<BuildSession> OfferingAsync(string directory, CancellationToken cancellationToken) =>
        attributes.SessionOf(directory) is { } id ? await sessions.WaitAsync(id, cancellationToken).ConfigureAwait(false) : session;

    private FileSelection Selection(string name, string directory, byte[]? ignored) => new() { Directory = directory, Paths = wanted.GetValueOrDefault(name) ?? [], Excluded = Lines(ignored) };

    private Task<ContextTree> ReceiveAsync(string shown, FileSelection selection, ContextStore store, CancellationToken cancellationToken) =>
        new ShownStep(feed, time, build, shown).RunAsync(async report =>
        {
            var name = $"transferring {selection.Directory}:";
            var (started, told, total) = (time.GetUtcNow(), DateTimeOffset.MinValue, 0L);
            var tree = await FileSync.ReceiveAsync(
                await OfferingAsync(selection.Directory, cancellationToken).ConfigureAwait(false),
                selection,
                store,
                bytes =>
                {
                    total = bytes;
                    if (time.GetUtcNow() - told > Pace)
                    {
                        told = time.GetUtcNow();
                        report.Part(name, bytes, 0, started, done: false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            report.Part(name, total, 0, started, done: true);
            return tree;
        });

    private async Task<Dictionary<string, byte[]>> ReadAsync(FileSelection selection, string shown, StepReport report, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var offering = await OfferingAsync(selection.Directory, cancellationToken).ConfigureAwait(false);
        var files = await FileSync.ReadAsync(offering, selection, MostDockerfileBytes, cancellationToken).ConfigureAwait(false);
        report.Part($"transferring {shown}:", files.Values.Sum(content => (long)content.Length), 0, started, done: true);
        return files;
    }

    /// <summary>The patterns of an ignore file, as the client's own matcher takes them.</summary>
    private static List<string> Lines(byte[]? file)
    {
        var lines = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(file ?? []).TrimStart('\uFEFF').Split('\n').Where(line => !line.StartsWith('#')))
        {
            var text = line.Trim();
            var isException = text.StartsWith('!');
            var path = (isException ? text[1..].Trim() : text) is { Length: > 0 } pattern ? Path.GetFullPath(pattern.TrimEnd('/'), "/").TrimStart('/') : "";
            if (path.Length > 0)
            {
                lines.Add(isException ? "!" + path : path);
            }
        }

        return lines;
    }
}
