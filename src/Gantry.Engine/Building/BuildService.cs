using System.Collections.Concurrent;
using System.Text;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Images;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Engine.Building;

/// <summary>The build endpoints' backend.</summary>
internal sealed partial class BuildService : IBuildBackend, IDisposable
{
    private const int MostDockerfileBytes = 16 << 20;
    private const string IgnoreFile = ".dockerignore";
    private readonly EngineParts parts;
    private readonly ImageStore images;
    private readonly BuildEnvironment environment;
    private readonly ContextStore contexts;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new(StringComparer.Ordinal);

    public BuildService(EngineParts parts, Database database, ImageStore images)
    {
        (this.parts, this.images) = (parts, images);
        var store = new BuildStore(parts.Options.DataRoot, database, images, parts.Time);
        contexts = new(store.Root);
        environment = new()
        {
            Store = store,
            Images = images,
            Runner = new StepRunner(parts),
            Downloads = new(store.Root),
            Time = parts.Time,
            Logger = parts.Logger,
        };
    }

    public void Dispose()
    {
        foreach (var waiting in waitingContexts.Values)
        {
            waiting.Dispose();
        }

        contexts.Dispose();
        environment.Downloads.Dispose();
        environment.Store.Dispose();
    }

    public Task<BuildOutcome> BuildAsync(BuildJob job, IBuildProgress progress, CancellationToken cancellationToken) => WithInputsAsync(
        job,
        async (request, inputs, token) =>
        {
            var outcome = await new ImageBuilder(environment).BuildAsync(request, inputs, progress, token).ConfigureAwait(false);
            foreach (var tag in request.Tags)
            {
                parts.Bus.Publish("image", "tag", outcome.Image, new() { ["name"] = tag.Familiar });
            }

            return outcome;
        },
        cancellationToken);

    public Task<CallResult> AnswerAsync(DockerfileCall call, BuildJob job, IBuildProgress progress, CancellationToken cancellationToken) =>
        WithInputsAsync(job, (request, inputs, token) => new DockerfileCalls(environment).AnswerAsync(call, request, inputs, progress, token), cancellationToken);

    public void Cancel(string id)
    {
        if (running.TryGetValue(id, out var stop))
        {
            stop.Cancel();
        }
    }

    /// <summary>Does something with the Dockerfile and the contexts of a client, which go when that is done.</summary>
    private async Task<T> WithInputsAsync<T>(BuildJob job, Func<BuildRequest, BuildInputs, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (job.Id is { } id)
        {
            running[id] = stop;
        }

        var named = new Dictionary<string, SourceTree>(StringComparer.Ordinal);
        try
        {
            using var context = job is { Archive: null, ContextId: null } ? null : await OpenAsync(job, stop.Token).ConfigureAwait(false);
            foreach (var (name, other) in job.NamedContexts)
            {
                named[name] = TakeContext(other);
            }

            var (text, path) = job.Dockerfile is { } given ? (await ReadAsync(given, stop.Token).ConfigureAwait(false), job.DockerfilePath) : ReadDockerfile(context!, job.DockerfilePath);
            var inputs = new BuildInputs(images, job, contexts, context, named, parts.Time);
            return await work(job.Request with { Dockerfile = text, DockerfileName = path }, inputs, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            foreach (var tree in named.Values)
            {
                tree.Dispose();
            }

            if (job.Id is { } ended)
            {
                running.TryRemove(ended, out _);
            }
        }
    }

    private async Task<ContextTree> OpenAsync(BuildJob job, CancellationToken cancellationToken)
    {
        if (job.ContextId is { } id)
        {
            return TakeContext(id);
        }

        var tree = await Task.Factory.StartNew(() => contexts.Receive(job.Archive!, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        // Who sends an archive sends the file along by which it was made.
        var ignoreFile = tree.Resolve(job.DockerfilePath + IgnoreFile) ?? tree.Resolve(IgnoreFile);
        tree.Ignored = ignoreFile is { Kind: FileKind.Regular, Size: <= MostDockerfileBytes } ? IgnorePatterns.Parse(Read(tree, ignoreFile)) : null;
        return tree;
    }

    private static async Task<string> ReadAsync(Stream dockerfile, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await dockerfile.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            text.Write(buffer, 0, count);
            if (text.Length > MostDockerfileBytes)
            {
                throw new InvalidArgumentException($"the Dockerfile has more than {MostDockerfileBytes} bytes");
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static (string Text, string Path) ReadDockerfile(ContextTree context, string path)
    {
        var clean = string.Join('/', SourceTree.Parts(path));
        var entry = context.Resolve(clean) ?? (clean == "Dockerfile" ? context.Resolve("dockerfile") : null);
        if (entry is not { Kind: FileKind.Regular })
        {
            throw new InvalidArgumentException($"Cannot locate specified Dockerfile: {path}");
        }

        if (entry.Size > MostDockerfileBytes)
        {
            throw new InvalidArgumentException($"the Dockerfile {path} has {entry.Size} bytes: at most {MostDockerfileBytes} are read");
        }

        return (Read(context, entry), clean);
    }

    private static string Read(ContextTree context, SourceEntry file)
    {
        using var reader = new StreamReader(new FileStream(context.OpenFile(file), FileAccess.Read, 1), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
