using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Engine.Backends;
using Gantry.Server.Building;
using Gantry.Server.BuildKit;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Server.Endpoints;

/// <param name="builds">Does the work.</param>
/// <param name="overSessions">Builds for clients that bring a session of BuildKit's.</param>
internal sealed class BuildEndpoints(IBuildBackend builds, BuildOverHttp overSessions) : IEndpointGroup
{
    private readonly ClientStreams streams = new();

    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/build", BuildAsync),
        Route.Post("/build/prune", PruneAsync),
        Route.Post("/build/cancel", CancelAsync),
        Route.Post("/gantry/build/contexts", CompareAsync),
        Route.Post("/gantry/build/contexts/{id}", CompleteAsync),
        Route.Post("/gantry/build/contexts/{id}/entries", TakeEntriesAsync),
        Route.Get("/gantry/build/outputs/{id}", request => streams.ServeAsync(request.Subject, request)),
    ];

    private Task BuildAsync(ApiRequest request) => BuildOverHttp.IsAsked(request) ? overSessions.RunAsync(request)
        : request.Query("progress") == "steps" ? InStepsAsync(request)
        : ClassicAsync(request);

    private async Task ClassicAsync(ApiRequest request)
    {
        var job = BuildCompat.Call(request) is null ? BuildCompat.Job(request, streams, isClassic: true) : throw new InvalidArgumentException("call needs progress=steps");
        await JsonLines.WriteProgressAsync(
            request,
            JsonLines.MessagesAsync<ProgressMessage>(async tell =>
            {
                var isBegun = false;
                var output = new ClassicOutput(send, request.QueryFlag("q"));
                try
                {
                    var built = await builds.BuildAsync(job, output, request.Aborted).ConfigureAwait(false);
                    if (built.Id.Length > 0)
                    {
                        send(new() { Aux = JsonSerializer.SerializeToElement(new BuildResult { ID = built.Id }, EngineJsonContext.Wire.BuildResult) });
                    }

                    output.Finish(built.Id, job.Request.Tags);
                }
                catch (DockerfileException e) when (!isBegun && e.InnerException is null)
                {
                    throw new InvalidArgumentException(Failure(e).Error!, e);
                }
                catch (Exception e) when ((isBegun || e is DockerfileException or StepFailedException) && IsTold(e))
                {
                    // Docker answers 200 as soon as it can read the Dockerfile.
                    output.Flush((e as DockerfileException)?.Lines.Start);
                    send(Failure(e));
                }

                void send(ProgressMessage message)
                {
                    isBegun = true;
                    tell(message);
                }
            })).ConfigureAwait(false);
    }

    private async Task InStepsAsync(ApiRequest request)
    {
        var (job, asked) = (BuildCompat.Job(request, streams, isClassic: false), BuildCompat.Call(request));
        await JsonLines.WriteAsync(
            request,
            JsonLines.MessagesAsync<BuildMessage>(async send =>
            {
                try
                {
                    if (asked is { } call)
                    {
                        var answer = await builds.AnswerAsync(call, job, new StepOutput(send), request.Aborted).ConfigureAwait(false);
                        send(new() { Answer = new() { Json = Encoding.UTF8.GetString(answer.Json), Text = answer.Text, Status = answer.Status ?? 0 } });
                        return;
                    }

                    var built = await builds.BuildAsync(job, new StepOutput(send), request.Aborted).ConfigureAwait(false);
                    send(new() { Image = built.Id, Target = built.Target?.Digest.ToString() ?? "" });
                }
                catch (Exception e) when (IsTold(e))
                {
                    send(new() { Failure = StepOutput.Describe(e) });
                }
            }),
            EngineJsonContext.Wire.BuildMessage).ConfigureAwait(false);
    }

    private async Task PruneAsync(ApiRequest request) => await request.AnswerAsync(
        await builds.PruneAsync(BuildCompat.Prune(request), request.Aborted).ConfigureAwait(false), EngineJsonContext.Wire.BuildCachePruneResponse).ConfigureAwait(false);

    private Task CancelAsync(ApiRequest request)
    {
        builds.Cancel(request.Query("id") ?? throw new InvalidArgumentException("build ID not provided"));
        return request.AnswerAsync(200);
    }

    private async Task CompareAsync(ApiRequest request) =>
        await request.AnswerAsync(builds.Compare(await ContextAsync(request).ConfigureAwait(false)), EngineJsonContext.Wire.BuildContextResponse).ConfigureAwait(false);

    private async Task TakeEntriesAsync(ApiRequest request)
    {
        builds.TakeEntries(request.Subject, await ContextAsync(request).ConfigureAwait(false));
        await request.AnswerAsync(204).ConfigureAwait(false);
    }

    private static async Task<BuildContextRequest> ContextAsync(ApiRequest request) =>
        await JsonSerializer.DeserializeAsync(request.Http.Request.Body, EngineJsonContext.Default.BuildContextRequest, request.Aborted).ConfigureAwait(false)
        ?? throw new InvalidArgumentException("the context is missing");

    private async Task CompleteAsync(ApiRequest request)
    {
        await builds.CompleteAsync(request.Subject, request.Http.Request.Body, request.Aborted).ConfigureAwait(false);
        await request.AnswerAsync(204).ConfigureAwait(false);
    }

    private static bool IsTold(Exception failure) => failure is GantryException or DockerfileException or StepFailedException or IOException or Linux.LinuxException or UnauthorizedAccessException;

    /// <summary>In Docker's words for a program that failed; where in the Dockerfile it was comes before.</summary>
    private static ProgressMessage Failure(Exception failure)
    {
        var step = failure.InnerException as StepFailedException;
        var message = failure is DockerfileException dockerfile && step is null ? $"{dockerfile.Describe()}\n{failure.Message}" : failure.Message;
        return step?.ExitCode is { } code && step.Step is Build.Steps.RunStep run
            ? ProgressMessage.Failure($"The command '{string.Join(' ', run.Args)}' returned a non-zero code: {code}", code)
            : ProgressMessage.Failure(message.TrimStart('\n'));
    }
}
