using System.Collections.Concurrent;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.Hosting;

namespace Gantry.Server.BuildKit.Session;

/// <summary>The sessions of the clients that are here.</summary>
internal sealed class BuildSessions
{
    /// <summary>A client opens its session and asks for its build at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<BuildSession>> byId = new(StringComparer.Ordinal);

    /// <summary>Holds a session until its connection ends.</summary>
    public async Task ServeAsync(SessionHead head, RawConnection connection)
    {
        await using var stream = new SessionStream(connection);
        using var session = new BuildSession(head, new GrpcChannel(stream));
        var slot = Slot(head.Id);
        slot.TrySetResult(session);
        try
        {
            await session.GreetAsync().ConfigureAwait(false);
            await stream.Ended.ConfigureAwait(false);
        }
        finally
        {
            byId.TryRemove(new(head.Id, slot));
        }
    }

    /// <param name="id">Empty for a client without a session, which has nothing to give.</param>
    public async Task<BuildSession> WaitAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length == 0)
        {
            return new(new SessionHead("", "", new HashSet<string>()), new GrpcChannel(Stream.Null));
        }

        try
        {
            return await Slot(id).Task.WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            byId.TryRemove(id, out _);
            throw new GrpcException(GrpcCode.Unavailable, $"no active session for {id}: the client did not open it", default, e);
        }
    }

    private TaskCompletionSource<BuildSession> Slot(string id) => byId.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>What a client says of its session before it begins.</summary>
/// <param name="SharedKey">Names what the client builds, beyond one session.</param>
/// <param name="Methods">What may be called: <c>/package.Service/Method</c>.</param>
internal sealed record SessionHead(string Id, string SharedKey, IReadOnlySet<string> Methods)
{
    public const string IdHeader = "X-Docker-Expose-Session-Uuid";

    /// <summary>Null where it has no id.</summary>
    /// <param name="header">All values of a header, or of a call's metadata.</param>
    public static SessionHead? Of(Func<string, IReadOnlyList<string>> header) => header(IdHeader) is not [{ Length: > 0 } id, ..] ? null : new(
        id,
        header("X-Docker-Expose-Session-Sharedkey") is [var key, ..] ? key : "",
        header("X-Docker-Expose-Session-Grpc-Method").ToHashSet(StringComparer.OrdinalIgnoreCase));
}
