using Gantry.Images.Layouts;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Session;

/// <summary>An OCI layout of the client, behind its session: <c>containerd.services.content.v1.Content</c>.</summary>
/// <param name="name">What the client calls it.</param>
internal sealed class SessionLayout(BuildSession session, string name) : ILayoutSource, ILayoutTarget
{
    private const string Service = "/containerd.services.content.v1.Content/";
    private const string NameHeader = "buildkit-attachable-store-id";
    private const int DataOfRead = 2;

    /// <summary>Begins the names of those that are contexts.</summary>
    public const string ContextPrefix = "oci:";
    private const int PieceSize = 512 * 1024;

    /// <summary><c>WriteAction</c>: to ask how far it is, to append, and to be done.</summary>
    private enum Action
    {
        Ask,
        Append,
        Finish,
    }

    public Task<Digest> ResolveAsync(string? tag, CancellationToken cancellationToken) =>
        throw new InvalidArgumentException($"the OCI layout {name} can be read by digest only");

    public async Task<Stream> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        var call = Open("Read", cancellationToken);
        try
        {
            await call.WriteAsync(new ProtoWriter().Text(1, digest.ToString())).ConfigureAwait(false);
            call.EndWriting();
            return new BlobStream(new(call, DataOfRead));
        }
        catch
        {
            await call.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task WriteAsync(Digest digest, Stream content, CancellationToken cancellationToken)
    {
        await using var call = Open("Write", cancellationToken);
        var offset = 0L;
        try
        {
            offset = await SendAsync(call, digest, Action.Ask, content.Length, 0, default).ConfigureAwait(false);
            content.Position = offset;
            var buffer = new byte[PieceSize];
            int count;
            while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                offset = await SendAsync(call, digest, Action.Append, content.Length, offset, buffer.AsMemory(0, count)).ConfigureAwait(false);
            }

            await SendAsync(call, digest, Action.Finish, content.Length, offset, default).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcCode.AlreadyExists)
        {
            // That is what is wanted.
        }
    }

    /// <returns>How many bytes are there.</returns>
    private static async Task<long> SendAsync(GrpcClientCall call, Digest digest, Action action, long total, long offset, ReadOnlyMemory<byte> data)
    {
        try
        {
            await call.WriteAsync(new ProtoWriter().Integer(1, (long)action).Text(2, $"gantry-{digest}").Integer(3, total).Text(4, digest.ToString()).Integer(5, offset).Bytes(6, data.Span)).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcCode.Unavailable)
        {
            // It was answered before it was read.
            await call.EndAsync().ConfigureAwait(false);
            throw;
        }

        return Offset((await call.ReadAsync().ConfigureAwait(false) ?? throw new GrpcException(GrpcCode.Unavailable, "the client stopped taking files")).Span);
    }

    private static long Offset(ReadOnlySpan<byte> answer)
    {
        var reader = new ProtoReader(answer);
        while (reader.Next())
        {
            if (reader.Field == 4)
            {
                return reader.Integer();
            }

            reader.Skip();
        }

        return 0;
    }

    private GrpcClientCall Open(string method, CancellationToken cancellationToken) => session.Supports(Service + method)
        ? session.Channel.Open(Service + method, [new(NameHeader, [name])], cancellationToken)
        : throw new NotFoundException($"the client's session has no OCI layout {name}");

    /// <summary>What fails of it is the layout's failure, which a build may be able to do without.</summary>
    private sealed class BlobStream(MessageStream messages) : AsyncForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await messages.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (GrpcException e)
            {
                throw e.Code == GrpcCode.NotFound ? new NotFoundException($"the OCI layout of the client has not all it names: {e.Message}", e) : new UnavailableException($"cannot read the OCI layout of the client: {e.Message}", e);
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await messages.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
