using System.Globalization;
using Gantry.Server.BuildKit.Wire;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.BuildKit.Grpc;

internal delegate Task GrpcHandler(GrpcCall call);

/// <summary>A call that a client makes.</summary>
internal sealed class GrpcCall(HttpContext http) : IDisposable
{
    private readonly GrpcFrames frames = new(http.Request.Body);
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary><c>/package.Service/Method</c>.</summary>
    public string Method => http.Request.Path.Value ?? "";

    public CancellationToken Aborted => http.RequestAborted;

    public string? Metadata(string name) => http.Request.Headers[name] is [{ Length: > 0 } first, ..] ? first : null;

    public IReadOnlyList<string> AllMetadata(string name) => [.. http.Request.Headers[name].OfType<string>()];

    /// <inheritdoc cref="GrpcFrames.ReadAsync"/>
    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken) => frames.ReadAsync(cancellationToken);

    /// <summary>The only message of a call that has one.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadOneAsync() =>
        await ReadAsync(Aborted).ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.InvalidArgument, "the call has no message");

    /// <summary>Sends the head of the answer before there is a message.</summary>
    public Task BeginAsync(string? header = null, string value = "")
    {
        if (header is not null)
        {
            http.Response.Headers[header] = value;
        }

        return http.Response.StartAsync(Aborted);
    }

    public ValueTask WriteAsync(ProtoWriter message) => WriteEncodedAsync(message.Written);

    public async ValueTask WriteEncodedAsync(ReadOnlyMemory<byte> message)
    {
        await writing.WaitAsync(Aborted).ConfigureAwait(false);
        try
        {
            await GrpcFrames.WriteAsync(http.Response.Body, message, Aborted).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    /// <summary>Answers, and says how the call ended.</summary>
    public async Task RunAsync(GrpcHandler handler, Action<Exception> unexpected)
    {
        http.Response.ContentType = "application/grpc";
        GrpcException? failure = null;
        try
        {
            await handler(this).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            failure = e;
        }
        catch (OperationCanceledException e)
        {
            failure = new(GrpcCode.Canceled, "context canceled", default, e);
        }
        catch (Exception e) when (Aborted.IsCancellationRequested)
        {
            failure = new(GrpcCode.Canceled, "context canceled", default, e);
        }
        catch (Exception e)
        {
            unexpected(e);
            failure = new(GrpcCode.Internal, e.Message, default, e);
        }

        http.Response.AppendTrailer("grpc-status", ((int)(failure?.Code ?? GrpcCode.Ok)).ToString(CultureInfo.InvariantCulture));
        if (failure is not null)
        {
            http.Response.AppendTrailer("grpc-message", GrpcText.Encode(failure.Message));
            if (!failure.Details.IsEmpty)
            {
                http.Response.AppendTrailer("grpc-status-details-bin", GrpcText.Encode(failure.Details.Span));
            }
        }
    }
}
