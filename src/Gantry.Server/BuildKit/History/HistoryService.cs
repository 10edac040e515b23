using System.Globalization;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.History;

/// <summary>The history of builds to clients: the two calls of <c>Control</c> that are about it, and what of containerd's content service reads the blobs of its records.</summary>
internal sealed class HistoryService(BuildHistory history, TimeProvider time)
{
    /// <summary>What clients measure against how long a build that goes on takes.</summary>
    private const string TimestampHeader = "buildkit-currenttimestamp";
    private const int LargestPart = 1 << 20;

    public IEnumerable<KeyValuePair<string, GrpcHandler>> Methods =>
    [
        new("/moby.buildkit.v1.Control/ListenBuildHistory", ListenAsync),
        new("/moby.buildkit.v1.Control/UpdateBuildHistory", UpdateAsync),
        new("/containerd.services.content.v1.Content/Info", InfoAsync),
        new("/containerd.services.content.v1.Content/Read", ReadAsync),
    ];

    private async Task ListenAsync(GrpcCall call)
    {
        var query = HistoryQuery.Parse((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        Task begin() => call.BeginAsync(TimestampHeader, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        // A client that builds right after it asked hears of that build: it listens before it is answered.
        await history.ListenAsync(query, begin, happened => call.WriteAsync(happened.Message()), call.Aborted).ConfigureAwait(false);
    }

    private async Task UpdateAsync(GrpcCall call)
    {
        Update((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        await call.WriteAsync(new()).ConfigureAwait(false);
    }

    private void Update(ReadOnlySpan<byte> message)
    {
        var (reference, pinned, delete, finalize) = ("", false, false, false);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reference = reader.Text();
                    break;
                case 2:
                    pinned = reader.Flag();
                    break;
                case 3:
                    delete = reader.Flag();
                    break;
                case 4:
                    finalize = reader.Flag();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (delete)
        {
            history.Delete(reference);
        }
        else if (!finalize)
        {
            // Nothing of a record is left to be written once its build ended.
            history.Pin(reference, pinned);
        }
    }

    private async Task InfoAsync(GrpcCall call)
    {
        var (digest, _, _) = Asked((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        await using var blob = Open(digest);
        await call.WriteAsync(new ProtoWriter().Message(1, new ProtoWriter().Text(1, digest).Integer(2, blob.Length))).ConfigureAwait(false);
    }

    private async Task ReadAsync(GrpcCall call)
    {
        var (digest, offset, size) = Asked((await call.ReadOneAsync().ConfigureAwait(false)).Span);
        await using var blob = Open(digest);
        if (offset < 0 || offset > blob.Length || size < 0)
        {
            throw new GrpcException(GrpcCode.InvalidArgument, $"{digest} has {blob.Length} bytes: nothing can be read at {offset}");
        }

        blob.Position = offset;
        var left = size == 0 ? blob.Length - offset : Math.Min(size, blob.Length - offset);
        var part = new byte[Math.Min(left, LargestPart)];
        while (left > 0)
        {
            var count = await blob.ReadAtLeastAsync(part.AsMemory(0, (int)Math.Min(left, part.Length)), 1, throwOnEndOfStream: false, call.Aborted).ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            await call.WriteAsync(new ProtoWriter().Integer(1, offset).Bytes(2, part.AsSpan(0, count))).ConfigureAwait(false);
            (offset, left) = (offset + count, left - count);
        }
    }

    private FileStream Open(string digest) =>
        Digest.TryParse(digest, out var known) && history.TryOpen(known) is { } blob ? blob : throw new GrpcException(GrpcCode.NotFound, $"content {digest}: not found");

    private static (string Digest, long Offset, long Size) Asked(ReadOnlySpan<byte> message)
    {
        var (digest, offset, size) = ("", 0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    digest = reader.Text();
                    break;
                case 2:
                    offset = reader.Integer();
                    break;
                case 3:
                    size = reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (digest, offset, size);
    }
}
