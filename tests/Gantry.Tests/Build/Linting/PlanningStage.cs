using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Linting;
using Gantry.Build.Planning;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Images.Content;
using Gantry.Images.Layouts;
using Gantry.Images.Records;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Image;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Tests.Build.Linting;

/// <summary>All that planning a Dockerfile needs: base images have a configuration here, and no content.</summary>
public sealed class PlanningStage : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-planning").FullName;
    private readonly Database _database;
    private readonly HttpDownloads _downloads;

    public PlanningStage()
    {
        _database = Database.Open(Path.Combine(_root, "gantry.db"));
        _downloads = new(_root, TimeProvider.System);
        var images = new ImageStore(new ImageStoreOptions { DataRoot = _root }, _database);
        Environment = new()
        {
            Store = new BuildStore(_root, _database, images, TimeProvider.System),
            Images = images,
            Runner = new NoRunner(),
            Downloads = _downloads,
            Git = new(_root, TimeProvider.System),
            Time = TimeProvider.System,
            Logger = NullLogger.Instance,
        };
    }

    public BuildEnvironment Environment { get; }

    public Task<CallResult> AskAsync(DockerfileCall call, BuildRequest request, IBuildInputs? inputs = null) =>
        new DockerfileCalls(Environment).AnswerAsync(call, request, inputs ?? new PlannedInputs(), new Silence(), TestContext.Current.CancellationToken);

    /// <summary>Plans the target for the first of the platforms.</summary>
    internal async Task<StagePlan> PlanAsync(BuildRequest request)
    {
        await using var run = new BuildRun(Environment, new PlannedInputs(), new Silence(), TestContext.Current.CancellationToken);
        var linter = new DockerfileLinter(request, null);
        return await new DockerfilePlanner(linter.Read(), request, request.Platforms[0], new BaseImages(request, run, looksOnly: true), run, linter).PlanTargetAsync();
    }

    public void Dispose()
    {
        Environment.Store.Dispose();
        Environment.Images.Dispose();
        _downloads.Dispose();
        _database.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    public sealed class Silence : IBuildProgress
    {
        public void Report(BuildEvent happened)
        {
        }
    }

    private sealed class NoRunner : IStepRunner
    {
        public Task SettleAsync() => Task.CompletedTask;

        public Task<StepExit> RunAsync(StepProcess process, CancellationToken cancellationToken) => throw new InvalidOperationException("nothing is run");
    }
}

/// <summary>Of the client's there is only what it leaves out; every image is there.</summary>
public sealed class PlannedInputs : IBuildInputs
{
    public string? Ignored { get; init; }

    /// <summary>Variables of all images.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Triggers of all images.</summary>
    public IReadOnlyList<string> Triggers { get; init; } = [];

    public Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken) => Task.FromResult(Ignored is null ? null : IgnorePatterns.Parse(Ignored));

    public void Narrow(IReadOnlyDictionary<string, IReadOnlyList<string>> paths)
    {
    }

    public Task<ImageConfiguration> GetConfigurationAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken) => Task.FromResult(new ImageConfiguration
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        RootFs = new(),
        Config = new() { Env = ["PATH=/bin", .. Env], OnBuild = Triggers, WorkingDir = "/srv" },
    });

    public Task<Image> GetImageAsync(ImageReference reference, Platform platform, bool pull, StepReport report, CancellationToken cancellationToken) => throw new InvalidOperationException("no image comes here");

    public Task PushAsync(ImageReference name, Descriptor target, Image image, bool insecure, StepReport report, CancellationToken cancellationToken) => throw new InvalidOperationException("no image goes anywhere");

    public Task<RemoteArtifact> OpenArtifactAsync(ImageReference reference, Platform platform, ContentLease lease, CancellationToken cancellationToken) => throw new InvalidOperationException("no cache comes here");

    public Task PushArtifactAsync(
        ImageReference name, string configurationType, byte[] configuration, IReadOnlyList<Descriptor> blobs, ContentLease lease, StepReport report, CancellationToken cancellationToken) => throw new InvalidOperationException("no cache goes anywhere");

    public Task<SourceTree> OpenContextAsync(string? name, CancellationToken cancellationToken) => throw new InvalidOperationException("no context comes here");

    /// <summary>All contexts that are addresses gave this.</summary>
    public SourcePin? Pin { get; init; }

    public SourcePin? FindPin(string? name) => Pin;

    public Task<ILayoutSource> OpenLayoutAsync(string place, CancellationToken cancellationToken) => throw new InvalidOperationException("no layout comes here");

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken) => throw new InvalidOperationException("no secret comes here");

    public Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken) => throw new InvalidOperationException("no agent comes here");
}
