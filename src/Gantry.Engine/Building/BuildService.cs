using System.Collections.Concurrent;
using System.Text;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Engine.Machine;
using Gantry.Images;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Engine.Building;

/// <summary>The build endpoints' backend.</summary>
internal sealed partial class BuildService : IBuildBackend, IDisposable
{
    private const int MostDockerfileBytes = RemoteContexts.MostDockerfileBytes;
    private const string IgnoreFile = ".dockerignore";
    private readonly EngineParts parts;
    private readonly ImageStore images;
    private readonly BuildEnvironment environment;
    private readonly ContextStore contexts;
    private readonly RemoteContexts remotes;
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
            Downloads = new(store.Root, parts.Time),
            Git = new(store.Root, parts.Time),
            Time = parts.Time,
            Logger = parts.Logger,
        };
        remotes = new(environment, contexts);
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

    public BuilderDescription DescribeBuilder() => new([.. new[] { Platform.Current }.Concat(Emulators.List()).Distinct()], parts.Networks.HostGateways);

    public Task<BuildOutcome> BuildAsync(BuildJob job, IBuildProgress progress, CancellationToken cancellationToken) => WithInputsAsync(
        job,
        progress,
        async (request, inputs, token) =>
        {
            var outcome = await BuildAsync(request, inputs, progress, token).ConfigureAwait(false);
            var events = new ImageEvents(parts.Bus, images);
            if (outcome.Image.Length > 0)
            {
                events.Publish("create", outcome.Image, outcome.Image);
            }

            foreach (var tag in request.Tags)
            {
                events.Publish("tag", outcome.Image, tag.Familiar);
            }

            CleanSoon();
            return outcome;
        },
        cancellationToken);

    private async Task<BuildOutcome> BuildAsync(BuildRequest request, BuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        using var span = Tracing.Begin("build");
        try
        {
            return await new ImageBuilder(environment).BuildAsync(request, inputs, TracedProgress.Of(progress, span), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Tracing.Fail(span, e.Message))
        {
            throw;
        }
    }

    public Task<CallResult> AnswerAsync(DockerfileCall call, BuildJob job, IBuildProgress progress, CancellationToken cancellationToken) =>
        WithInputsAsync(job, progress, (request, inputs, token) => new DockerfileCalls(environment).AnswerAsync(call, request, inputs, progress, token), cancellationToken);

    public void Cancel(string id)
    {
        if (running.TryGetValue(id, out var stop))
        {
            stop.Cancel();
        }
    }

    /// <summary>Does something with the Dockerfile and the contexts of a client, which go when that is done.</summary>
    private async Task<T> WithInputsAsync<T>(BuildJob job, IBuildProgress progress, Func<BuildRequest, BuildInputs, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        parts.Options.BuildEntitlements.Check(job.Request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (job.Id is { } id)
        {
            running[id] = stop;
        }

        try
        {
            await using var inputs = new BuildInputs(images, job, contexts, remotes, progress, parts.Time);
            var (text, path) = await TakeAsync(job, inputs, stop.Token).ConfigureAwait(false);
            return await work(job.Request with { Dockerfile = text, DockerfileName = path, IsDockerfileSent = job.Remote is null || job.Dockerfile is not null }, inputs, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            if (job.Id is { } ended)
            {
                running.TryRemove(ended, out _);
            }
        }
    }

    public async Task<SourceTree> FetchAsync(string address, bool isFile, IBuildClient client, IBuildProgress progress, CancellationToken cancellationToken)
    {
        var job = new BuildJob { Request = new() { Dockerfile = "", Outputs = [] }, DockerfilePath = "", Client = client };
        await using var inputs = new BuildInputs(images, job, contexts, remotes, progress, parts.Time);
        return isFile ? await inputs.FetchFileAsync(address, cancellationToken).ConfigureAwait(false) : (await inputs.FetchAsync(address, cancellationToken).ConfigureAwait(false)).Tree;
    }

    /// <summary>Takes the contexts that came with the request, or are fetched, and finds the Dockerfile.</summary>
    private async Task<(string Text, string Path)> TakeAsync(BuildJob job, BuildInputs inputs, CancellationToken cancellationToken)
    {
        foreach (var (name, other) in job.NamedContexts)
        {
            UseContext(inputs, name, other);
        }

        if (job.ContextId is { } id)
        {
            inputs.Ignored = UseContext(inputs, null, id);
        }

        SourceTree? context = job.Archive is { } archive ? await ReceiveAsync(archive, job.DockerfilePath, cancellationToken).ConfigureAwait(false) : null;
        string? text = null;
        if (job.Remote is { } address)
        {
            (context, text) = await inputs.FetchAsync(address, cancellationToken).ConfigureAwait(false);
        }

        if (context is not null)
        {
            inputs.Use(null, Task.FromResult(context), context);
            inputs.Ignored = (context as ContextTree)?.Ignored;
        }

        if (job.Archive is not null && job.Dockerfile is null && context is ContextTree sent)
        {
            var read = ReadDockerfile(sent, job.DockerfilePath);
            HideIgnored(sent, read.Path, IgnoreFile);
            return read;
        }

        return job.Dockerfile is { } given ? (await ReadAsync(given, cancellationToken).ConfigureAwait(false), job.DockerfilePath)
            : text is not null ? (text, "Dockerfile")
            : ReadDockerfile(await inputs.OpenContextAsync(null, cancellationToken).ConfigureAwait(false), job.DockerfilePath);
    }

    private async Task<ContextTree> ReceiveAsync(Stream archive, string dockerfilePath, CancellationToken cancellationToken)
    {
        var tree = await BlockingWork.RunAsync(() => contexts.Receive(archive, cancellationToken), cancellationToken).ConfigureAwait(false);
        // Who sends an archive sends the file along by which it was made.
        var ignoreFile = tree.Resolve(dockerfilePath + IgnoreFile) ?? tree.Resolve(IgnoreFile);
        tree.Ignored = ignoreFile is { Kind: FileKind.Regular, Size: <= MostDockerfileBytes } ? IgnorePatterns.Parse(Read(tree, ignoreFile)) : null;
        return tree;
    }

    /// <summary>What a build is made by comes along in an archive also where it is to be left out.</summary>
    private static void HideIgnored(ContextTree context, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (context.Ignored?.IsIgnored(path) == true)
            {
                context.Hide(path);
            }
        }
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

    private static (string Text, string Path) ReadDockerfile(SourceTree context, string path)
    {
        var clean = SourceTree.Clean(path);
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

    private static string Read(SourceTree context, SourceEntry file)
    {
        using var reader = new StreamReader(context.OpenFile(file).OpenStream(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
