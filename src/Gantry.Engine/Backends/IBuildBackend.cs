using System.Net;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Images.Layouts;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Backends;

/// <summary>What the build endpoints ask of the engine.</summary>
public interface IBuildBackend
{
    /// <summary>Builds what a job asks for.</summary>
    /// <exception cref="Build.Dockerfile.DockerfileException">The Dockerfile is wrong, or a step of it failed.</exception>
    Task<BuildOutcome> BuildAsync(BuildJob job, IBuildProgress progress, CancellationToken cancellationToken);

    /// <summary>Answers a question about a Dockerfile without a build.</summary>
    Task<CallResult> AnswerAsync(DockerfileCall call, BuildJob job, IBuildProgress progress, CancellationToken cancellationToken);

    /// <summary>Fetches what is at an address, to be read and not built.</summary>
    /// <param name="isFile">It is taken as one file, <c>context</c>.</param>
    /// <returns>The caller's.</returns>
    Task<SourceTree> FetchAsync(string address, bool isFile, IBuildClient client, IBuildProgress progress, CancellationToken cancellationToken);

    /// <summary>Compares a directory of the client with what it sent of it last time.</summary>
    BuildContextResponse Compare(BuildContextRequest context);

    /// <summary>Takes what is in a directory of which nothing was known.</summary>
    void TakeEntries(string id, BuildContextRequest context);

    /// <summary>Takes the content that was missing of a context, as a tar.</summary>
    Task CompleteAsync(string id, Stream archive, CancellationToken cancellationToken);

    /// <summary>What builds run on.</summary>
    BuilderDescription DescribeBuilder();

    /// <summary>What builds left.</summary>
    IReadOnlyList<BuildCache> DescribeCache();

    Task<BuildCachePruneResponse> PruneAsync(BuildPruneOptions options, CancellationToken cancellationToken);

    /// <summary>Ends a build that was given this name.</summary>
    void Cancel(string id);
}

/// <param name="Platforms">Whose programs run here, this machine's first.</param>
/// <param name="HostGateways">What <c>--add-host name:host-gateway</c> means.</param>
public sealed record BuilderDescription(IReadOnlyList<Platform> Platforms, IReadOnlyList<IPAddress> HostGateways);

public sealed record BuildJob
{
    /// <summary>What is built; the Dockerfile's text is read from the context.</summary>
    public required BuildRequest Request { get; init; }

    /// <summary>The Dockerfile's path in the context.</summary>
    public required string DockerfilePath { get; init; }

    /// <summary>The Dockerfile, where it is not one of the context.</summary>
    public Stream? Dockerfile { get; init; }

    /// <summary>The context as a tar; null where <see cref="ContextId"/> or <see cref="Remote"/> is given, or the <see cref="Client"/> has it.</summary>
    public Stream? Archive { get; init; }

    /// <summary>A context that came before.</summary>
    public string? ContextId { get; init; }

    /// <summary>Where the context is fetched from: a git repository, or an archive or a Dockerfile of a web server.</summary>
    public string? Remote { get; init; }

    /// <summary>Gives what the build asks for while it goes on; null where all came with the request.</summary>
    public IBuildClient? Client { get; init; }

    /// <summary>The build's name, for <see cref="IBuildBackend.Cancel"/>.</summary>
    public string? Id { get; init; }

    /// <summary>The ids of further contexts that came before.</summary>
    public IReadOnlyDictionary<string, string> NamedContexts { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, byte[]> Secrets { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Sockets of SSH agents on this machine.</summary>
    public IReadOnlyDictionary<string, string> Agents { get; init; } = new Dictionary<string, string>();

    /// <summary>By the host of the registry.</summary>
    public IReadOnlyDictionary<string, AuthConfig> Auths { get; init; } = new Dictionary<string, AuthConfig>();
}

/// <summary>A client that answers as long as its build goes on. What it hands out it owns.</summary>
public interface IBuildClient
{
    /// <inheritdoc cref="IBuildInputs.Narrow"/>
    void Narrow(IReadOnlyDictionary<string, IReadOnlyList<string>> paths);

    /// <summary>The files of a context; the same tree for the same name.</summary>
    /// <param name="name">Null for the build's own.</param>
    Task<SourceTree> OpenContextAsync(string? name, ContextStore contexts, CancellationToken cancellationToken);

    /// <summary>An OCI layout.</summary>
    ILayoutSource OpenLayout(string place);

    /// <summary>What is left out of the build's own context; null where nothing.</summary>
    Task<IgnorePatterns?> FindIgnoredAsync(CancellationToken cancellationToken);

    Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken);

    /// <summary>A socket on this machine that leads to the client's agent.</summary>
    Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken);

    Task<AuthConfig?> FindAuthAsync(string host, CancellationToken cancellationToken);
}

/// <summary>The query of <c>POST /build/prune</c>.</summary>
public sealed record BuildPruneOptions
{
    /// <summary>Also what is not yet old.</summary>
    public bool All { get; init; }

    /// <summary>Bytes of cache that stay; 0 for none.</summary>
    public long Keep { get; init; }

    /// <summary>Bytes of disk that are to be free: no more of the cache goes than they need; 0 where that is no matter.</summary>
    public long Free { get; init; }

    public required Filters Filters { get; init; }
}
