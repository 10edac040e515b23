using System.Text;
using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.History;
using Gantry.Server.BuildKit.Session;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.BuildKit;

/// <summary>
/// BuildKit's own protocol: gRPC on connections that begin as HTTP/1. On one the client is the server, and offers what is
/// its own; on the other it asks for builds.
/// </summary>
internal sealed class BuildKitEndpoints : IEndpointGroup, IDisposable
{
    private const string Protocol = "h2c";
    private static readonly byte[] Head = Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {Protocol}\r\n\r\n");
    private readonly BuildSessions sessions = new();
    private readonly GrpcServer server;

    /// <param name="builds">Does the work.</param>
    /// <param name="agentDirectory">Where the sockets of clients' agents are.</param>
    /// <param name="historyDirectory">Where is kept what was built.</param>
    /// <param name="logger">Told of what nobody expects.</param>
    public BuildKitEndpoints(IBuildBackend builds, string agentDirectory, string historyDirectory, ILogger logger)
    {
        var solves = new Solves();
        var runner = new SolveRunner(builds, solves, sessions, agentDirectory, TimeProvider.System);
        var history = new BuildHistory(historyDirectory, TimeProvider.System, logger);
        OverHttp = new(runner, history);
        IEnumerable<KeyValuePair<string, GrpcHandler>> methods =
        [
            .. new ControlService(solves, runner, history, builds).Methods, .. new BridgeService(solves, runner, builds).Methods, .. new HistoryService(history, TimeProvider.System).Methods,
            .. new SessionService(sessions).Methods,
        ];
        server = new(methods.ToDictionary(), logger);
    }

    /// <summary>Builds that are asked for with <c>POST /build</c>.</summary>
    public BuildOverHttp OverHttp { get; }

    public IReadOnlyList<Route> Routes =>
    [
        Route.Post("/session", SessionAsync),
        Route.Post("/grpc", GrpcAsync),
    ];

    public void Dispose() => server.Dispose();

    private Task SessionAsync(ApiRequest request)
    {
        RequireUpgrade(request);
        var head = SessionHead.Of(name => [.. request.Http.Request.Headers[name].OfType<string>()])
            ?? throw new InvalidArgumentException($"the session has no id ({SessionHead.IdHeader})");
        return TakeAsync(request, connection => sessions.ServeAsync(head, connection));
    }

    private Task GrpcAsync(ApiRequest request)
    {
        RequireUpgrade(request);
        return TakeAsync(request, server.ServeAsync);
    }

    private static void RequireUpgrade(ApiRequest request)
    {
        var asked = request.Http.Request.Headers.Upgrade.ToString();
        if (!asked.Equals(Protocol, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidArgumentException($"{(asked.Length == 0 ? "no upgrade" : $"the upgrade to {asked} is not supported")}: {request.Http.Request.Path} needs a connection that is upgraded to {Protocol}");
        }
    }

    private static async Task TakeAsync(ApiRequest request, HijackedSession session)
    {
        await request.SkipBodyAsync().ConfigureAwait(false);
        request.Hijack().Take(request.Http, async connection =>
        {
            await connection.SendFirstAsync(Head).ConfigureAwait(false);
            await connection.FirstReadAsync(CancellationToken.None).ConfigureAwait(false);
            await session(connection).ConfigureAwait(false);
        });
    }
}
