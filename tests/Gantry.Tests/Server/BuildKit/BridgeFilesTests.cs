using System.Text;
using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Tests.Server.BuildKit;

/// <summary>The files of what a client had fetched.</summary>
public sealed class BridgeFilesTests : IDisposable
{
    private readonly SolvedTrees _trees = new();
    private readonly string _name;

    public BridgeFilesTests() => _name = _trees.Add(new Files());

    public void Dispose() => _trees.Dispose();

    [Theory]
    [InlineData(0, 0, "content")]
    [InlineData(0, 3, "con")]
    [InlineData(3, 0, "tent")]
    [InlineData(3, 100, "tent")]
    [InlineData(100, 1, "")]
    [InlineData(-1, 2, "co")]
    public void A_part_of_a_file(long offset, long length, string text)
    {
        var question = FileQuestion.Parse(new ProtoWriter().Text(1, _name).Text(2, "/d/a.hcl").Message(3, new ProtoWriter().Integer(1, offset).Integer(2, length)).Written.Span);
        var answer = new ProtoReader(BridgeFiles.Read(_trees.Require(question.Tree), question).Written.Span);
        Assert.Equal(text, answer.Next() ? answer.Text() : "");
    }

    [Fact]
    public void What_a_directory_has()
    {
        Assert.Equal(["a.hcl", "b"], Names(""));
        Assert.Equal(["a.hcl"], Names("*.hcl"));
        Assert.Equal("a.hcl", Name(BridgeFiles.Stat(_trees.Require(_name), Ask("d/a.hcl"))));
    }

    [Fact]
    public void What_is_not_there()
    {
        Assert.Equal("lstat /none: no such file or directory", Assert.Throws<GrpcException>(() => BridgeFiles.Stat(_trees.Require(_name), Ask("none"))).Message);
        Assert.Equal("open /none: no such file or directory", Assert.Throws<GrpcException>(() => BridgeFiles.Read(_trees.Require(_name), Ask("/none"))).Message);
        Assert.Throws<GrpcException>(() => BridgeFiles.Read(_trees.Require(_name), Ask("d")));
        Assert.Throws<GrpcException>(() => _trees.Require("gantry-tree://2"));
        _trees.Dispose();
        Assert.Throws<GrpcException>(() => _trees.Require(_name));
        Assert.Throws<OperationCanceledException>(() => _trees.Add(new Files()));
    }

    private FileQuestion Ask(string path) => new(_name, path, 0, 0, "");

    private List<string> Names(string pattern)
    {
        var question = FileQuestion.Parse(new ProtoWriter().Text(1, _name).Text(2, "d").Text(3, pattern).Written.Span, ofDirectory: true);
        var answer = new ProtoReader(BridgeFiles.List(_trees.Require(question.Tree), question).Written.Span);
        var names = new List<string>();
        while (answer.Next()) names.Add(First(answer.Bytes()));
        return names;
    }

    private static string Name(ProtoWriter answer)
    {
        var reader = new ProtoReader(answer.Written.Span);
        return reader.Next() ? First(reader.Bytes()) : "";
    }

    private static string First(ReadOnlySpan<byte> stat)
    {
        var reader = new ProtoReader(stat);
        return reader.Next() ? reader.Text() : "";
    }

    private sealed class Files : SourceTree
    {
        private static readonly SourceEntry[] Entries = [Entry("", FileKind.Directory), Entry("d", FileKind.Directory), Entry("d/a.hcl", FileKind.Regular), Entry("d/b", FileKind.Regular)];

        public override SourceEntry? Find(string path) => Entries.FirstOrDefault(entry => entry.Path == path);

        public override IEnumerable<SourceEntry> List(string directory) => Entries.Where(entry => entry.Path.StartsWith(directory + "/", StringComparison.Ordinal));

        public override Gantry.Build.Sources.SourceFile OpenFile(SourceEntry file)
        {
            var path = Path.GetTempFileName();
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes("content"));
            var handle = File.OpenHandle(path, options: FileOptions.DeleteOnClose);
            return Gantry.Build.Sources.SourceFile.Of(handle);
        }

        public override IReadOnlyList<KeyValuePair<string, byte[]>> XattrsOf(SourceEntry entry) => [];

        protected override void Dispose(bool disposing)
        {
        }

        private static SourceEntry Entry(string path, FileKind kind) => new() { Path = path, Kind = kind, Permissions = 0x1ED };
    }
}
