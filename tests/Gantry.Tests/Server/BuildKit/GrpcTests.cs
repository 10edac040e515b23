using System.Text;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Tests.Server.BuildKit;

public sealed class GrpcTests
{
    private static readonly Dictionary<string, GrpcHandler> s_methods = new()
    {
        ["/test.Test/Echo"] = async call =>
        {
            while (await call.ReadAsync(call.Aborted) is { } message)
            {
                await call.WriteAsync(new ProtoWriter().Bytes(1, message.Span));
            }
        },
        ["/test.Test/Values"] = call => call.WriteAsync(new ProtoWriter().Texts(1, call.AllMetadata("values"))).AsTask(),
        ["/test.Test/Fail"] = _ => throw new GrpcException(GrpcCode.NotFound, "no – 100 %\nhere"),
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_go_both_ways_at_once()
    {
        await using var pair = new GrpcPair(s_methods);
        await using var call = pair.Channel.Open("/test.Test/Echo", [], Cancelled);
        foreach (var size in (int[])[0, 1, 100_000])
        {
            var sent = new ProtoWriter().Bytes(1, Encoding.ASCII.GetBytes(new string('x', size)));
            await call.WriteAsync(sent);
            var answer = await call.ReadAsync();
            Assert.Equal(new ProtoWriter().Bytes(1, sent.Written.Span).Written, answer!.Value);
        }

        call.EndWriting();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Each_value_of_a_header_is_a_field_of_its_own()
    {
        await using var pair = new GrpcPair(s_methods);
        string[] values = ["a, b", "c", "*.o", new('l', 3000)];
        await using var call = pair.Channel.Open("/test.Test/Values", [new("before", ["x"]), new("values", values), new("after", ["y", "z"])], Cancelled);
        await call.StartAsync();
        call.EndWriting();
        Assert.Equal(new ProtoWriter().Texts(1, values).Written, (await call.ReadAsync())!.Value);
        Assert.Null(await call.ReadAsync());
    }

    [Theory]
    [InlineData("/test.Test/Fail", (int)GrpcCode.NotFound, "no – 100 %\nhere")]
    [InlineData("/test.Test/Other", (int)GrpcCode.Unimplemented, "gantry does not support /test.Test/Other")]
    public async Task A_failure_comes_with_its_words(string method, int code, string message)
    {
        await using var pair = new GrpcPair(s_methods);
        var failure = await Assert.ThrowsAsync<GrpcException>(() => pair.Channel.CallAsync(method, new ProtoWriter().Text(1, "x"), Cancelled));
        Assert.Equal((code, message), ((int)failure.Code, failure.Message));
    }

    [Fact]
    public async Task A_call_ends_with_the_one_who_made_it()
    {
        var aborted = new TaskCompletionSource();
        await using var pair = new GrpcPair(new Dictionary<string, GrpcHandler>
        {
            ["/test.Test/Wait"] = async call =>
            {
                using var told = call.Aborted.Register(aborted.SetResult);
                await Task.Delay(Timeout.Infinite, call.Aborted);
            },
        });
        using var stop = new CancellationTokenSource();
        var waiting = pair.Channel.CallAsync("/test.Test/Wait", new(), stop.Token);
        await Task.Delay(100, Cancelled);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    [Fact]
    public async Task Secrets_that_the_client_does_not_have_are_none()
    {
        await using var pair = new GrpcPair(new Dictionary<string, GrpcHandler>
        {
            ["/moby.buildkit.secrets.v1.Secrets/GetSecret"] = async call =>
            {
                var asked = (await call.ReadOneAsync()).ToArray();
                var isKnown = asked.AsSpan().SequenceEqual(new ProtoWriter().Text(1, "known").Written.Span);
                await call.WriteAsync(isKnown ? new ProtoWriter().Text(1, "secret") : throw new GrpcException(GrpcCode.NotFound, "not found"));
            },
        });
        Assert.Equal("secret"u8.ToArray(), await pair.Session.FindSecretAsync("known", Cancelled));
        Assert.Null(await pair.Session.FindSecretAsync("other", Cancelled));
        Assert.Null(await pair.Session.FindAuthAsync("docker.io", Cancelled));
        Assert.False(await pair.Session.HasAgentAsync("default", Cancelled));
    }
}
