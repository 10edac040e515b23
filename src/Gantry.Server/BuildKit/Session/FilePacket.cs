using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Session;

internal enum FilePacketType
{
    /// <summary>What a file is; without one, all were told.</summary>
    Stat = 0,
    Request = 1,

    /// <summary>A piece of a file; an empty one ends it.</summary>
    Data = 2,
    Finish = 3,
    Error = 4,
}

/// <summary>A message of the protocol that directories are sent with (fsutil's wire.proto).</summary>
/// <param name="Id">The number of the file in the order in which they were told.</param>
/// <param name="Data">Valid until the next packet is read.</param>
internal readonly record struct FilePacket(FilePacketType Type, SourceEntry? Entry, int Id, ReadOnlyMemory<byte> Data)
{
    // os.FileMode of Go.
    private const uint Directory = 1u << 31;
    private const uint SymbolicLink = 1u << 27;
    private const uint SetUid = 1u << 23;
    private const uint SetGid = 1u << 22;
    private const uint Sticky = 1u << 20;
    private const uint TypeMask = Directory | SymbolicLink | (1u << 26) | (1u << 25) | (1u << 24) | (1u << 21) | (1u << 19);

    public static FilePacket Parse(ReadOnlyMemory<byte> message)
    {
        var (type, id, data) = (FilePacketType.Stat, 0, ReadOnlyMemory<byte>.Empty);
        SourceEntry? entry = null;
        var reader = new ProtoReader(message.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = (FilePacketType)reader.Integer();
                    break;
                case 2:
                    entry = ParseEntry(reader.Bytes());
                    break;
                case 3:
                    id = (int)reader.Integer();
                    break;
                case 4:
                    var bytes = reader.Bytes().Length;
                    data = message.Slice(message.Length - reader.Left - bytes, bytes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(type, entry, id, data);
    }

    public static ProtoWriter Request(int id) => new ProtoWriter().Integer(1, (int)FilePacketType.Request).Integer(3, id);

    public static ProtoWriter Finish() => new ProtoWriter().Integer(1, (int)FilePacketType.Finish);

    public static ProtoWriter Tell(SourceEntry entry) => new ProtoWriter().Message(2, Stat(entry));

    /// <summary><c>fsutil.types.Stat</c>.</summary>
    public static ProtoWriter Stat(SourceEntry entry)
    {
        var mode = (entry.Permissions & 0x1FF)
            | ((entry.Permissions & 0x800) != 0 ? SetUid : 0) | ((entry.Permissions & 0x400) != 0 ? SetGid : 0) | ((entry.Permissions & 0x200) != 0 ? Sticky : 0)
            | (entry.Kind switch { FileKind.Directory => Directory, FileKind.SymbolicLink => SymbolicLink, _ => 0u });
        return new ProtoWriter()
            .Text(1, entry.Path).Integer(2, mode).Integer(3, entry.Uid).Integer(4, entry.Gid)
            .Integer(5, entry.Kind == FileKind.Regular ? entry.Size : 0).Integer(6, entry.ModifiedNanoseconds).Text(7, entry.Link);
    }

    public static ProtoWriter EndTelling() => new();

    public static ProtoWriter Piece(int id, ReadOnlySpan<byte> data) => new ProtoWriter().Integer(1, (int)FilePacketType.Data).Integer(3, id).Bytes(4, data);

    private static SourceEntry ParseEntry(ReadOnlySpan<byte> message)
    {
        var (path, link, mode, size, modified) = ("", "", 0u, 0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    path = reader.Text();
                    break;
                case 2:
                    mode = (uint)reader.Integer();
                    break;
                case 5:
                    size = reader.Integer();
                    break;
                case 6:
                    modified = reader.Integer();
                    break;
                case 7:
                    link = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var clean = SourceTree.Clean(path);
        if (clean.Length == 0 || SourceTree.LeadsUp(clean))
        {
            throw new GrpcException(GrpcCode.InvalidArgument, $"invalid path in the context: {path}");
        }

        var kind = (mode & TypeMask) switch
        {
            0 => FileKind.Regular,
            Directory => FileKind.Directory,
            SymbolicLink => FileKind.SymbolicLink,
            _ => FileKind.Fifo,
        };
        return new()
        {
            Path = clean,
            Kind = kind,
            Permissions = (mode & 0x1FF) | ((mode & SetUid) != 0 ? 0x800u : 0) | ((mode & SetGid) != 0 ? 0x400u : 0) | ((mode & Sticky) != 0 ? 0x200u : 0),
            Size = kind == FileKind.Regular ? size : 0,
            ModifiedNanoseconds = modified,
            Link = kind == FileKind.SymbolicLink ? link : null,
        };
    }
}
