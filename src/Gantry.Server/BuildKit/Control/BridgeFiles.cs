using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Build;

namespace Gantry.Server.BuildKit.Control;

/// <summary>The files of a tree, as a frontend asks for them (<c>ReadFile</c>, <c>StatFile</c> and <c>ReadDir</c> of the bridge).</summary>
internal static class BridgeFiles
{
    /// <summary>As BuildKit: a message of gRPC has to hold it.</summary>
    private const int MostBytes = 16 << 20;

    public static ProtoWriter Read(SourceTree tree, FileQuestion question)
    {
        var entry = Require(tree, question.Path, "open");
        if (entry.Kind != FileKind.Regular)
        {
            throw new GrpcException(GrpcCode.Unknown, $"read /{entry.Path}: is a directory or another file that is not regular");
        }

        using var file = tree.OpenFile(entry);
        var offset = Math.Clamp(question.Offset, 0, file.Size);
        var left = file.Size - offset;
        var length = question.Length > 0 ? Math.Min(question.Length, left) : left;
        if (length > MostBytes)
        {
            throw new GrpcException(GrpcCode.Unknown, $"/{entry.Path} has {length} bytes: at most {MostBytes} can be read at once");
        }

        var bytes = new byte[length];
        var filled = 0;
        while (filled < bytes.Length && file.Read(bytes.AsSpan(filled), offset + filled) is > 0 and var count)
        {
            filled += count;
        }

        return new ProtoWriter().Bytes(1, bytes.AsSpan(0, filled));
    }

    public static ProtoWriter Stat(SourceTree tree, FileQuestion question) => new ProtoWriter().Message(1, Named(Require(tree, question.Path, "lstat")));

    public static ProtoWriter List(SourceTree tree, FileQuestion question)
    {
        var answer = new ProtoWriter();
        var pattern = question.Pattern.Length > 0 ? GlobPattern.Parse(question.Pattern) : null;
        foreach (var entry in tree.List(Require(tree, question.Path, "open").Path).Where(entry => pattern?.IsMatch(entry.Name) != false))
        {
            answer.Message(1, Named(entry));
        }

        return answer;
    }

    /// <summary>By its name alone, as the client asked for it there.</summary>
    private static ProtoWriter Named(SourceEntry entry) => FilePacket.Stat(entry with { Path = entry.Name });

    private static SourceEntry Require(SourceTree tree, string path, string call) =>
        tree.Resolve(path) ?? throw new GrpcException(GrpcCode.NotFound, $"{call} /{path.TrimStart('/')}: no such file or directory");
}

/// <param name="Tree">What it is of.</param>
/// <param name="Length">0 for all.</param>
/// <param name="Pattern">Of names in a directory; empty for all.</param>
internal sealed record FileQuestion(string Tree, string Path, long Offset, long Length, string Pattern)
{
    /// <param name="ofDirectory">It is of what is in a directory.</param>
    public static FileQuestion Parse(ReadOnlySpan<byte> message, bool ofDirectory = false)
    {
        var (tree, path, offset, length, pattern) = ("", "", 0L, 0L, "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    tree = reader.Text();
                    break;
                case 2:
                    path = reader.Text();
                    break;
                case 3 when ofDirectory:
                    pattern = reader.Text();
                    break;
                case 3:
                    (offset, length) = Range(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(tree, path, offset, length, pattern);
    }

    private static (long Offset, long Length) Range(ReadOnlySpan<byte> message)
    {
        var (offset, length) = (0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    offset = reader.Integer();
                    break;
                case 2:
                    length = reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (offset, length);
    }
}
