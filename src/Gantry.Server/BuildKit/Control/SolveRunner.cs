using Gantry.Build;
using Gantry.Build.Outputs;
using Gantry.Build.Sources;
using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;

namespace Gantry.Server.BuildKit.Control;

/// <summary>Builds what a client asks for in BuildKit's words.</summary>
internal sealed class SolveRunner(IBuildBackend builds, Solves solves, BuildSessions sessions, string agentDirectory, TimeProvider time)
{
    public const string Dockerfiles = "dockerfile.v0";
    private const string Gateway = "gateway.v0";

    /// <param name="solve">The build.</param>
    /// <param name="request">What is made of its result.</param>
    /// <param name="wanted">What is built.</param>
    /// <param name="sent">The context as an archive, where it came beside the session.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SolveResult> RunAsync(Solve solve, SolveRequest request, SolveRequest wanted, Stream? sent, CancellationToken cancellationToken)
    {
        if (wanted.HasSteps || wanted.Frontend is not (Dockerfiles or Gateway))
        {
            throw new GrpcException(GrpcCode.Unimplemented, $"gantry builds from Dockerfiles only{(wanted.HasSteps ? ", not from steps of the client" : $", not with the frontend {wanted.Frontend}")}");
        }

        try
        {
            var attributes = new FrontendAttributes(wanted);
            var session = await sessions.WaitAsync(request.Session, cancellationToken).ConfigureAwait(false);
            var build = attributes.Request(Outputs(request, wanted, session), request, name => new SessionLayout(session, name));
            build = build with { HeldContexts = HeldContexts(build), TellsProvenance = !request.IsInternal };
            await using var client = new SessionClient(session, sessions, attributes, solve.Feed, solve.Ref, agentDirectory, time);
            await using var upload = attributes.Upload is { } offered ? await session.OpenUploadAsync(offered, cancellationToken).ConfigureAwait(false) : null;
            var archive = sent ?? upload;
            var isDirectory = archive is null && attributes.Remote is null;
            if (isDirectory || attributes.DockerfileDirectory is not null)
            {
                solve.Feed.Source = await client.ReadDockerfileAsync(cancellationToken).ConfigureAwait(false);
            }

            if (isDirectory)
            {
                await client.ReadIgnoreFileAsync(cancellationToken).ConfigureAwait(false);
            }

            using var dockerfile = solve.Feed.Source is { } source ? new MemoryStream(source.Content, writable: false) : null;
            var job = new BuildJob { Request = build, DockerfilePath = attributes.FileName, Dockerfile = dockerfile, Archive = archive, Remote = attributes.Remote, Client = client };
            return attributes.Call is { } call
                ? SolveResult.Of(await builds.AnswerAsync(call, job, solve.Feed, cancellationToken).ConfigureAwait(false))
                : Result(solve, await builds.BuildAsync(job, solve.Feed, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (SolveFailure.IsTold(e))
        {
            throw SolveFailure.Describe(e, solve.Feed.Source);
        }
    }

    /// <summary>Fetches what steps of the client come down to.</summary>
    public async Task<SourceTree> FetchAsync(Solve solve, SolveRequest request, SolveRequest wanted, RemoteDefinition remote, CancellationToken cancellationToken)
    {
        try
        {
            var session = await sessions.WaitAsync(request.Session, cancellationToken).ConfigureAwait(false);
            await using var client = new SessionClient(session, sessions, new(wanted), solve.Feed, solve.Ref, agentDirectory, time);
            return await builds.FetchAsync(remote.Address, remote.IsFile, client, solve.Feed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (SolveFailure.IsTold(e))
        {
            throw SolveFailure.Describe(e, null);
        }
    }

    /// <summary>A client that is the frontend may give on what it has no image made of.</summary>
    private IReadOnlyList<BuildOutput> Outputs(SolveRequest request, SolveRequest wanted, BuildSession session)
    {
        var outputs = SolveExports.Outputs(request.Exports, session, time);
        return ReferenceEquals(wanted, request) ? outputs : [.. outputs, new HeldOutput()];
    }

    private Dictionary<string, HeldBuild> HeldContexts(BuildRequest build) => build.Contexts
        .Where(context => context.Value.StartsWith(BuiltDefinition.OfSolve, StringComparison.Ordinal))
        .ToDictionary(context => context.Key, context => solves.RequireHeld(context.Value[BuiltDefinition.OfSolve.Length..]));

    private static SolveResult Result(Solve solve, BuildOutcome outcome)
    {
        solve.Hold(outcome.Held);
        return SolveResult.Of(outcome, build => $"{BuiltDefinition.OfSolve}{solve.Ref}#{build.Platform}");
    }
}
