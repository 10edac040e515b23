using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Grpc;

namespace Gantry.Server.BuildKit.Session;

/// <summary>Sends what was built to the client.</summary>
internal static class FileSend
{
    public const string Method = "/moby.filesync.v1.FileSend/DiffCopy";
    private const string ExportId = "buildkit-attachable-exporter-id";
    private const int PieceSize = 32 * 1024;

    /// <summary>Into a file of the client's, as an archive.</summary>
    /// <param name="write">Writes it.</param>
    public static async Task SendArchiveAsync(BuildSession session, int export, Func<Stream, CancellationToken, Task> write, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(session, export, cancellationToken).ConfigureAwait(false);
        await using var target = new MessageWriteStream(call, progress);
        try
        {
            await write(target, cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.Code == GrpcCode.Unavailable)
        {
            // The client's disk is full, say: it tells at the end.
            await call.EndAsync().ConfigureAwait(false);
            throw;
        }

        await call.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Into a directory of the client's: the client asks for the files that it wants the bytes of.</summary>
    public static async Task SendFilesAsync(BuildSession session, int export, SourceTree tree, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(session, export, cancellationToken).ConfigureAwait(false);
        var told = new List<SourceEntry>();
        // The client asks while it is still told of files: what it asks for was told before.
        var telling = TellAsync(call, tree, told);
        long total = 0;
        while (await call.ReadAsync().ConfigureAwait(false) is { } message)
        {
            var packet = FilePacket.Parse(message);
            switch (packet.Type)
            {
                case FilePacketType.Request:
                    SourceEntry entry;
                    lock (told)
                    {
                        entry = packet.Id < told.Count ? told[packet.Id] : throw new GrpcException(GrpcCode.InvalidArgument, $"the client asks for file {packet.Id}, of which it was not told");
                    }

                    progress(total += await SendAsync(call, tree, entry, packet.Id, cancellationToken).ConfigureAwait(false));
                    break;
                case FilePacketType.Finish:
                    await telling.ConfigureAwait(false);
                    await call.WriteAsync(FilePacket.Finish()).ConfigureAwait(false);
                    await call.EndAsync().ConfigureAwait(false);
                    return;
                case FilePacketType.Error:
                    throw new GrpcException(GrpcCode.Unknown, "the client could not take the files: " + System.Text.Encoding.UTF8.GetString(packet.Data.Span));
            }
        }

        throw new GrpcException(GrpcCode.Unavailable, "the client stopped taking files");
    }

    private static async Task<GrpcClientCall> OpenAsync(BuildSession session, int export, CancellationToken cancellationToken)
    {
        if (!session.Supports(Method))
        {
            throw new GrpcException(GrpcCode.Unavailable, "the client's session takes no files");
        }

        var call = session.Channel.Open(Method, [new(ExportId, [export.ToString(System.Globalization.CultureInfo.InvariantCulture)])], cancellationToken);
        await call.StartAsync().ConfigureAwait(false);
        return call;
    }

    /// <summary>A directory before what is in it, by name.</summary>
    private static async Task TellAsync(GrpcClientCall call, SourceTree tree, List<SourceEntry> told)
    {
        var left = new Stack<SourceEntry>(tree.List("").Reverse());
        var linked = new Dictionary<(DeviceNumber Device, ulong Inode), string>();
        while (left.TryPop(out var entry))
        {
            // Devices and pipes take rights that the client seldom has, and are in few images.
            if (entry.Kind is not (FileKind.Regular or FileKind.Directory or FileKind.SymbolicLink))
            {
                continue;
            }

            lock (told)
            {
                told.Add(entry);
            }

            string? other = null;
            if (entry is { Kind: FileKind.Regular, Inode: not 0 } && !linked.TryGetValue((entry.Device, entry.Inode), out other))
            {
                linked[(entry.Device, entry.Inode)] = entry.Path;
            }

            // A further name of a file is told as a link to its first, and never asked for.
            await call.WriteAsync(FilePacket.Tell(other is null ? entry : entry with { Size = 0, Link = other })).ConfigureAwait(false);
            if (entry.Kind == FileKind.Directory)
            {
                foreach (var child in tree.List(entry.Path).Reverse())
                {
                    left.Push(child);
                }
            }
        }

        await call.WriteAsync(FilePacket.EndTelling()).ConfigureAwait(false);
    }

    private static async Task<long> SendAsync(GrpcClientCall call, SourceTree tree, SourceEntry entry, int id, CancellationToken cancellationToken)
    {
        using var file = tree.OpenFile(entry);
        var buffer = new byte[PieceSize];
        long sent = 0;
        int count;
        while ((count = file.Read(buffer, sent)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await call.WriteAsync(FilePacket.Piece(id, buffer.AsSpan(0, count))).ConfigureAwait(false);
            sent += count;
        }

        await call.WriteAsync(FilePacket.Piece(id, [])).ConfigureAwait(false);
        return sent;
    }
}
