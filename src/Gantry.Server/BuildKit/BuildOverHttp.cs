using System.Text.Json;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.History;
using Gantry.Server.Compat;
using Gantry.Server.Http;
using Gantry.Spec.Engine;

namespace Gantry.Server.BuildKit;

/// <summary>
/// <c>POST /build?version=2</c>: what clients before buildx ask, and libraries still do. The question is the classic one, what
/// the client has to give comes over its session, and the answer is the course of the build in BuildKit's messages.
/// </summary>
internal sealed class BuildOverHttp(SolveRunner runner, BuildHistory history)
{
    private const string OfSession = "client-session";
    private const string OfUpload = "upload-request";
    private const string UploadPrefix = OfUpload + ":";
    private const string TraceId = "moby.buildkit.trace";
    private const string ImageId = "moby.image.id";
    private readonly BuildUploads uploads = new();

    public static bool IsAsked(ApiRequest request) => request.Query("version") == "2";

    public async Task RunAsync(ApiRequest request)
    {
        var id = request.Query("buildid") ?? "";
        if (id.StartsWith(UploadPrefix, StringComparison.Ordinal))
        {
            await uploads.OfferAsync(id[UploadPrefix.Length..], request.Http.Request.Body, request.Aborted).ConfigureAwait(false);
            return;
        }

        var wanted = Wanted(request);
        await JsonLines.WriteAsync(request, JsonLines.MessagesAsync<ProgressMessage>(send => SolveAsync(request, id, wanted, send)), EngineJsonContext.Wire.ProgressMessage).ConfigureAwait(false);
    }

    private async Task SolveAsync(ApiRequest request, string id, SolveRequest wanted, Action<ProgressMessage> send)
    {
        var solve = new Solve(id.Length > 0 ? id : Guid.NewGuid().ToString("N"));
        var following = solve.Feed.SendAsync(
            message =>
            {
                send(new() { Id = TraceId, Aux = JsonSerializer.SerializeToElement(message.Written.ToArray(), EngineJsonContext.Wire.ByteArray) });
                return ValueTask.CompletedTask;
            },
            request.Aborted);
        try
        {
            var source = request.Query("remote");
            await using var upload = source == OfUpload ? await uploads.TakeAsync(id, request.Aborted).ConfigureAwait(false) : null;
            var archive = source is null ? request.Http.Request.Body : upload?.Content;
            var outcome = await history.RecordAsync(solve, wanted, request.Http.Request.Headers.TraceParent, async () => (await runner.RunAsync(solve, wanted, wanted, archive, request.Aborted).ConfigureAwait(false)).Outcome).ConfigureAwait(false);
            solve.Feed.Complete();
            await following.ConfigureAwait(false);
            if (outcome is { Id.Length: > 0 })
            {
                send(new() { Id = ImageId, Aux = JsonSerializer.SerializeToElement(new BuildResult { ID = outcome.Id }, EngineJsonContext.Wire.BuildResult) });
                if (request.QueryFlag("q")) send(new() { Stream = outcome.Id + "\n" });
            }
        }
        catch (GrpcException failure)
        {
            solve.Feed.Complete();
            await following.ConfigureAwait(false);
            send(ProgressMessage.Failure(failure.Message));
        }
    }

    /// <summary>The question in BuildKit's words.</summary>
    private static SolveRequest Wanted(ApiRequest request)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["filename"] = request.Query("dockerfile") ?? "Dockerfile" };
        Copy("target", "target");
        Copy("platform", "platform");
        Copy("shmsize", "shm-size");
        Copy("cgroupparent", "cgroup-parent");
        foreach (var (name, value) in BuildCompat.Map(request, "buildargs")) attributes["build-arg:" + name] = value;
        foreach (var (name, value) in BuildCompat.Map(request, "labels")) attributes["label:" + name] = value;
        if (request.QueryFlag("nocache")) attributes["no-cache"] = "";
        if (request.QueryFlag("pull")) attributes["image-resolve-mode"] = "pull";
        if (request.Query("networkmode") is { } network and not "default") attributes["force-network-mode"] = network;
        if (request.QueryAll("extrahosts") is { Count: > 0 } hosts) attributes["add-hosts"] = string.Join(',', hosts.Select(host => host.Replace(':', '=')));
        if (BuildCompat.Json(request, "cachefrom", EngineJsonContext.Default.StringArray) is { Length: > 0 } caches) attributes["cache-from"] = string.Join(',', caches);
        if (BuildCompat.Json(request, "ulimits", EngineJsonContext.Default.UlimitArray) is { Length: > 0 } limits) attributes["ulimit"] = string.Join(',', limits.Select(limit => $"{limit.Name}={limit.Soft}:{limit.Hard}"));
        if (request.Query("remote") is { } remote and not (OfSession or OfUpload)) attributes["context"] = remote;
        return new()
        {
            Session = request.Query("session") ?? "",
            Frontend = SolveRunner.Dockerfiles,
            Attributes = attributes,
            Exports = Exports(request),
        };

        void Copy(string query, string attribute)
        {
            if (request.Query(query) is { } value and not "0") attributes[attribute] = value;
        }
    }

    private static IReadOnlyList<SolveExport> Exports(ApiRequest request)
    {
        if (BuildCompat.Json(request, "outputs", EngineJsonContext.Default.BuildOutputRequestArray) is { Length: > 0 } given)
        {
            return [.. given.Select(output => new SolveExport(output.Type, output.Attrs))];
        }

        var names = request.QueryAll("t").Where(tag => tag.Length > 0).ToArray();
        return [new("moby", names.Length > 0 ? new Dictionary<string, string> { ["name"] = string.Join(',', names) } : [])];
    }
}
