using System.Text;
using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;

namespace Gantry.Tests.Server.BuildKit;

public sealed class FileSyncTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-filesync").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Only_what_changed_is_asked_for()
    {
        var client = new Client(File("a", "A", 1), Directory_("d"), File("d/big", new string('b', 3 << 20), 1), File("d/empty", "", 1), Link("l", "a"));
        await using var pair = new GrpcPair(client.Methods);
        using var store = new ContextStore(_root);
        var selection = new FileSelection { Directory = "context", Excluded = ["*.o", "ö"] };
        using (var tree = await FileSync.ReceiveAsync(pair.Session, selection, store, _ => { }, Cancelled))
        {
            Assert.Equal([0, 2, 3], client.Asked.Order());
            Assert.Equal(["dir-name=context", "exclude-patterns=*.o", "exclude-patterns=%C3%B6", "exclude-patterns-encoded=1"], client.Metadata);
            Assert.Equal(("A", 3 << 20, "", "a"), (Read(tree, "a"), Read(tree, "d/big").Length, Read(tree, "d/empty"), tree.Find("l")!.Link));
            Assert.Equal(0x1EDu, tree.Find("d")!.Permissions);
        }

        client.Asked.Clear();
        client.Files[0] = File("a", "other", 2);
        using (var tree = await FileSync.ReceiveAsync(pair.Session, selection, store, _ => { }, Cancelled))
        {
            Assert.Equal([0], client.Asked);
            Assert.Equal(("other", 3 << 20), (Read(tree, "a"), Read(tree, "d/big").Length));
        }
    }

    [Fact]
    public async Task A_Dockerfile_may_be_a_link()
    {
        var client = new Client(Link("Dockerfile", "./real"), File("real", "FROM scratch", 1));
        await using var pair = new GrpcPair(client.Methods);
        var files = await FileSync.ReadAsync(pair.Session, new() { Directory = "dockerfile", Paths = ["Dockerfile", "dockerfile"] }, 1000, Cancelled);
        Assert.Equal("FROM scratch", Encoding.UTF8.GetString(files["Dockerfile"]));
        Assert.Equal(["dir-name=dockerfile", "followpaths=Dockerfile", "followpaths=dockerfile"], client.Metadata);
        await Assert.ThrowsAsync<GrpcException>(() => FileSync.ReadAsync(pair.Session, new() { Directory = "dockerfile" }, 11, Cancelled));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("")]
    public async Task What_leads_out_of_a_context_is_refused(string path)
    {
        await using var pair = new GrpcPair(new Client(File(path, "A", 1)).Methods);
        using var store = new ContextStore(_root);
        await Assert.ThrowsAsync<GrpcException>(() => FileSync.ReceiveAsync(pair.Session, new() { Directory = "context" }, store, _ => { }, Cancelled));
    }

    private static string Read(ContextTree tree, string path)
    {
        using var reader = new StreamReader(tree.OpenFile(tree.Resolve(path)!).OpenStream());
        return reader.ReadToEnd();
    }

    private static (SourceEntry Entry, string Content) File(string path, string content, long modified) =>
        (new() { Path = path, Kind = FileKind.Regular, Permissions = 0x1A4, Size = content.Length, ModifiedNanoseconds = modified }, content);

    private static (SourceEntry Entry, string Content) Directory_(string path) => (new() { Path = path, Kind = FileKind.Directory, Permissions = 0x1ED }, "");

    private static (SourceEntry Entry, string Content) Link(string path, string target) => (new() { Path = path, Kind = FileKind.SymbolicLink, Permissions = 0x1FF, Link = target }, "");

    /// <summary>The other side, as fsutil is one.</summary>
    private sealed class Client(params (SourceEntry Entry, string Content)[] files)
    {
        private const int PieceSize = 32 * 1024;

        public (SourceEntry Entry, string Content)[] Files => files;

        public List<int> Asked { get; } = [];

        public List<string> Metadata { get; } = [];

        public Dictionary<string, GrpcHandler> Methods => new() { [FileSync.Method] = SendAsync };

        private async Task SendAsync(GrpcCall call)
        {
            Metadata.Clear();
            foreach (var name in (string[])["dir-name", "exclude-patterns", "exclude-patterns-encoded", "followpaths"])
            {
                Metadata.AddRange(call.AllMetadata(name).Select(value => $"{name}={value}"));
            }

            foreach (var (entry, _) in files)
            {
                await call.WriteAsync(FilePacket.Tell(entry));
            }

            await call.WriteAsync(FilePacket.EndTelling());
            while (await call.ReadAsync(call.Aborted) is { } message && FilePacket.Parse(message) is { Type: FilePacketType.Request } packet)
            {
                Asked.Add(packet.Id);
                foreach (var piece in Encoding.UTF8.GetBytes(files[packet.Id].Content).Chunk(PieceSize))
                {
                    await call.WriteAsync(FilePacket.Piece(packet.Id, piece));
                }

                await call.WriteAsync(FilePacket.Piece(packet.Id, []));
            }

            await call.WriteAsync(FilePacket.Finish());
        }
    }
}
