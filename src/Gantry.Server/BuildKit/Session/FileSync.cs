using System.Net;
using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Grpc;

namespace Gantry.Server.BuildKit.Session;

/// <summary>Which files of a directory of the client are wanted.</summary>
internal sealed record FileSelection
{
    /// <summary>The name the client knows the directory by.</summary>
    public required string Directory { get; init; }

    /// <summary>Only these, and what they lead to.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>In the words of a <c>.dockerignore</c>.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];
}

/// <summary>Takes files of directories of the client.</summary>
internal static class FileSync
{
    public const string Method = "/moby.filesync.v1.FileSync/DiffCopy";

    /// <summary>Files into memory, by path: for few and small ones.</summary>
    public static async Task<Dictionary<string, byte[]>> ReadAsync(BuildSession session, FileSelection selection, long mostBytes, CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(session, selection, cancellationToken).ConfigureAwait(false);
        var entries = await ListAsync(call).ConfigureAwait(false);
        var wanted = Enumerable.Range(0, entries.Count).Where(index => entries[index].Kind == FileKind.Regular).ToList();
        var contents = wanted.ToDictionary(index => index, _ => new MemoryStream());
        long total = 0;
        await ReceiveAsync(call, wanted, (index, piece) =>
        {
            total += piece.Length;
            if (total > mostBytes)
            {
                throw new GrpcException(GrpcCode.InvalidArgument, $"{entries[index].Path} has more than {mostBytes} bytes");
            }

            contents[index].Write(piece.Span);
        }).ConfigureAwait(false);
        var files = contents.ToDictionary(pair => entries[pair.Key].Path, pair => pair.Value.ToArray());
        foreach (var link in entries.Where(entry => entry.Kind == FileKind.SymbolicLink))
        {
            // A Dockerfile may be a link to another file beside it, which came too.
            var target = SourceTree.Clean(Path.GetFullPath(link.Link!, "/" + Path.GetDirectoryName(link.Path)));
            if (files.TryGetValue(target, out var content))
            {
                files.TryAdd(link.Path, content);
            }
        }

        return files;
    }

    /// <summary>A directory into the store; only what changed since the last time comes over.</summary>
    /// <param name="progress">Takes how many bytes came so far.</param>
    public static async Task<ContextTree> ReceiveAsync(BuildSession session, FileSelection selection, ContextStore store, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var call = await OpenAsync(session, selection, cancellationToken).ConfigureAwait(false);
        var told = await ListAsync(call).ConfigureAwait(false);
        // Devices, pipes and sockets of the client's machine mean nothing here.
        var ids = Enumerable.Range(0, told.Count).Where(id => told[id].Kind is FileKind.Regular or FileKind.Directory or FileKind.SymbolicLink).ToList();
        using var changes = store.Compare(KeyOf(session, selection), [.. ids.Select(id => told[id])]);
        using var pieces = changes.TakePieces();
        var indexes = changes.Missing.ToDictionary(index => ids[index]);
        long total = 0;
        await ReceiveAsync(
            call,
            [.. indexes.Keys],
            (id, piece) =>
            {
                if (piece.IsEmpty)
                {
                    pieces.End(indexes[id]);
                }
                else
                {
                    pieces.Write(indexes[id], piece.Span);
                    progress(total += piece.Length);
                }
            }).ConfigureAwait(false);
        return pieces.Complete();
    }

    /// <summary>What came of a directory before is known again by the client's own name for it: one that has none, and may be anybody, gets no such key.</summary>
    private static string? KeyOf(BuildSession session, FileSelection selection) =>
        session.SharedKey.Length == 0 ? null : string.Join(':', ["session", selection.Directory, session.SharedKey, .. selection.Paths]);

    private static async Task<GrpcClientCall> OpenAsync(BuildSession session, FileSelection selection, CancellationToken cancellationToken)
    {
        if (!session.Supports(Method))
        {
            throw new GrpcException(GrpcCode.Unavailable, "the client's session offers no files");
        }

        var metadata = new List<KeyValuePair<string, IReadOnlyList<string>>> { new("dir-name", [selection.Directory]) };
        Add(metadata, "followpaths", selection.Paths);
        Add(metadata, "exclude-patterns", selection.Excluded);
        var call = session.Channel.Open(Method, metadata, cancellationToken);
        await call.StartAsync().ConfigureAwait(false);
        return call;
    }

    /// <summary>Headers are ASCII: values with more are encoded as in an address, which another header says.</summary>
    private static void Add(List<KeyValuePair<string, IReadOnlyList<string>>> metadata, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        if (values.All(value => value.All(character => character is >= ' ' and <= '~')))
        {
            metadata.Add(new(name, values));
            return;
        }

        metadata.Add(new(name, [.. values.Select(value => WebUtility.UrlEncode(value))]));
        metadata.Add(new(name + "-encoded", ["1"]));
    }

    private static async Task<List<SourceEntry>> ListAsync(GrpcClientCall call)
    {
        var entries = new List<SourceEntry>();
        while (await NextAsync(call).ConfigureAwait(false) is { Type: FilePacketType.Stat, Entry: { } entry })
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static async Task ReceiveAsync(GrpcClientCall call, IReadOnlyList<int> wanted, Action<int, ReadOnlyMemory<byte>> take)
    {
        var asking = AskAsync(call, wanted);
        var left = wanted.ToHashSet();
        while (left.Count > 0)
        {
            var packet = await NextAsync(call).ConfigureAwait(false);
            if (packet.Type != FilePacketType.Data || !left.Contains(packet.Id))
            {
                throw new GrpcException(GrpcCode.InvalidArgument, $"the client sent a packet {packet.Type} of file {packet.Id}, which was not asked for");
            }

            take(packet.Id, packet.Data);
            if (packet.Data.IsEmpty)
            {
                left.Remove(packet.Id);
            }
        }

        await asking.ConfigureAwait(false);
        await call.WriteAsync(FilePacket.Finish()).ConfigureAwait(false);
        await NextAsync(call).ConfigureAwait(false);
        await call.EndAsync().ConfigureAwait(false);
    }

    private static async Task AskAsync(GrpcClientCall call, IReadOnlyList<int> wanted)
    {
        foreach (var id in wanted)
        {
            await call.WriteAsync(FilePacket.Request(id)).ConfigureAwait(false);
        }
    }

    private static async ValueTask<FilePacket> NextAsync(GrpcClientCall call)
    {
        var packet = await call.ReadAsync().ConfigureAwait(false) is { } message
            ? FilePacket.Parse(message)
            : throw new GrpcException(GrpcCode.Unavailable, "the client stopped sending its files");
        return packet.Type == FilePacketType.Error
            ? throw new GrpcException(GrpcCode.Unknown, "the client could not send its files: " + System.Text.Encoding.UTF8.GetString(packet.Data.Span))
            : packet;
    }
}
