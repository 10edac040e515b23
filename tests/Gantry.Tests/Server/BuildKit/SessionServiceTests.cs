using System.IO.Pipelines;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;
using Gantry.Server.BuildKit.Wire;
using Gantry.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Tests.Server.BuildKit;

/// <summary>A session whose connection is a call: the client is the server at its other end.</summary>
public sealed class SessionServiceTests
{
    private const string Method = "/moby.buildkit.v1.Control/Session";
    private const string Secret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_daemon_asks_the_client_through_a_call()
    {
        var sessions = new BuildSessions();
        await using var pair = new GrpcPair(new SessionService(sessions).Methods.ToDictionary());
        await using var call = pair.Channel.Open(Method, [new("x-docker-expose-session-uuid", ["one"]), new("x-docker-expose-session-grpc-method", [Secret])], Cancelled);
        await call.StartAsync();
        var client = ServeAsync(call);

        var session = await sessions.WaitAsync("one", Cancelled);
        Assert.True(session.Supports(Secret));
        Assert.Equal("told"u8.ToArray(), await session.FindSecretAsync("any", Cancelled));

        call.EndWriting();
        await client.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
    }

    [Fact]
    public async Task A_session_without_an_id_is_refused()
    {
        await using var pair = new GrpcPair(new SessionService(new()).Methods.ToDictionary());
        var failure = await Assert.ThrowsAsync<GrpcException>(() => pair.Channel.CallAsync(Method, new(), Cancelled));
        Assert.Equal(GrpcCode.InvalidArgument, failure.Code);
    }

    private static async Task ServeAsync(GrpcClientCall call)
    {
        var (there, back) = (new Pipe(), new Pipe());
        using var server = new GrpcServer(new Dictionary<string, GrpcHandler> { [Secret] = asked => asked.WriteAsync(new ProtoWriter().Bytes(1, "told"u8)).AsTask() }, NullLogger.Instance);
        await using var connection = new RawConnection(new Ends(there.Reader, back.Writer), null);
        var serving = server.ServeAsync(connection);
        var answering = Task.Run(async () =>
        {
            while (await back.Reader.ReadAsync(Cancelled) is { Buffer: { IsEmpty: false } buffer })
            {
                foreach (var segment in buffer)
                {
                    await call.WriteAsync(new ProtoWriter().Bytes(1, segment.Span));
                }

                back.Reader.AdvanceTo(buffer.End);
            }
        }, Cancelled);
        while (await call.ReadAsync() is { } message)
        {
            var length = MessageStream.BytesIn(message.Span, MessageStream.BytesMessage, out var start);
            await there.Writer.WriteAsync(message.Slice(start, length), Cancelled);
        }

        await there.Writer.CompleteAsync();
        await serving;
        await back.Writer.CompleteAsync();
        // It may have had a last word for who writes no more.
        await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
