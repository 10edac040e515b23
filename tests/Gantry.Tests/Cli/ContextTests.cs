using System.IO.Compression;
using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;

namespace Gantry.Tests.Cli;

public sealed class ContextTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-contexts-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private ContextStore Store => new(_directory);

    [Fact]
    public void The_store_is_Docker_s()
    {
        Store.Put(StoredContext.Create("aa", "hello <b>", "unix:///x.sock", skipVerify: false));
        // docker context create aa --docker host=unix:///x.sock --description 'hello <b>', docker 28.2.
        var meta = Path.Combine(_directory, "meta", "961b6dd3ede3cb8ecbaacbd68de040cd78eb2ed5889130cceb4c49268ea4d506", "meta.json");
        Assert.Equal("""{"Name":"aa","Metadata":{"Description":"hello \u003cb\u003e"},"Endpoints":{"docker":{"Host":"unix:///x.sock","SkipTLSVerify":false}}}""", File.ReadAllText(meta));
        Store.PutTls("aa", StoredContext.Docker, new Dictionary<string, byte[]> { [Endpoint.Key] = "secret"u8.ToArray() });
        var key = Path.Combine(_directory, "tls", "961b6dd3ede3cb8ecbaacbd68de040cd78eb2ed5889130cceb4c49268ea4d506", "docker", "key.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(key)!));
        Store.PutTls("aa", StoredContext.Docker, Endpoint.NoFiles);
        Assert.Empty(Store.Tls("aa"));
        Store.Remove("aa");
        Assert.Empty(Store.List());
    }

    [Fact]
    public void What_others_wrote_of_a_context_is_kept()
    {
        var context = StoredContext.Parse("""{"Name":"x","Metadata":{"a":1,"Description":"d"},"Endpoints":{"kubernetes":{"x":1},"docker":{"Host":"unix:///x"}}}"""u8);
        context.Metadata["Description"] = "new";
        Store.Put(context);
        Assert.Equal("""{"Name":"x","Metadata":{"Description":"new","a":1},"Endpoints":{"docker":{"Host":"unix:///x","SkipTLSVerify":false},"kubernetes":{"x":1}}}""", Encoding.UTF8.GetString(Store.Get("x").ToUtf8()));
    }

    [Theory]
    [InlineData("default", "\"default\" is a reserved context name")]
    [InlineData("a", "context name \"a\" is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"")]
    [InlineData("../aa", "context name \"../aa\" is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"")]
    [InlineData("taken", "context \"taken\" already exists")]
    public void Names_that_cannot_be_are_refused(string name, string message)
    {
        Store.Put(StoredContext.Create("taken", "", "unix:///x", skipVerify: false));
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Store.CheckNew(name)).Message);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        Directory.CreateDirectory(Store.MetaDirectory("aa"));
        File.WriteAllText(Path.Combine(Store.MetaDirectory("aa"), "meta.json"), "{");
        Assert.StartsWith($"failed to read metadata: parsing {Store.MetaDirectory("aa")}/meta.json: it is not JSON at line 1", Assert.Throws<CommandLineException>(() => Store.Get("aa")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_gives_back_what_was_put_in()
    {
        var tls = new SortedDictionary<string, SortedDictionary<string, byte[]>>(StringComparer.Ordinal) { [StoredContext.Docker] = new(StringComparer.Ordinal) { [Endpoint.Authority] = "pem"u8.ToArray() } };
        using var archive = new MemoryStream();
        ContextArchive.Write(archive, StoredContext.Create("aa", "d", "tcp://h:1", skipVerify: true), tls);
        archive.Position = 0;
        var (context, files) = ContextArchive.Read(archive);
        Assert.Equal(("aa", "d", "tcp://h:1", true), (context.Name, context.Description, context.Host, context.SkipVerify));
        Assert.Equal("pem"u8.ToArray(), files[StoredContext.Docker][Endpoint.Authority]);
    }

    [Fact]
    public void An_archive_may_lack_its_end()
    {
        using var archive = new MemoryStream();
        ContextArchive.Write(archive, StoredContext.Create("aa", "d", "tcp://h:1", skipVerify: true), new SortedDictionary<string, SortedDictionary<string, byte[]>>());
        var content = archive.ToArray().AsSpan().TrimEnd((byte)0).ToArray();
        Assert.Equal("aa", ContextArchive.Read(new MemoryStream(content)).Context.Name);
        Assert.Throws<CommandLineException>(() => ContextArchive.Read(new MemoryStream(content[..^600])));
    }

    [Theory]
    [InlineData("meta.json", "{\"Name\":\"x\"}", null)]
    [InlineData("tls/docker/../../../evil", "x", "tls/docker/../../../evil: unexpected context file")]
    [InlineData("tls/../ca.pem", "x", "tls/../ca.pem: unexpected context file")]
    [InlineData("other", "x", "other: unexpected context file")]
    [InlineData("meta.json", "[]", "meta.json in the archive is not the JSON of a context: it is not a JSON object")]
    [InlineData("tls/docker/ca.pem", "x", "invalid context: no metadata found")]
    public void A_zip_is_read_and_nothing_leaves_its_place(string name, string content, string? message)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(content));
        }

        archive.Position = 0;
        if (message is null) Assert.Equal("x", ContextArchive.Read(archive).Context.Name);
        else Assert.Equal(message, Assert.Throws<CommandLineException>(() => ContextArchive.Read(archive)).Message);
    }

    [Theory]
    [InlineData("hst=1", "unable to create docker endpoint config: unrecognized config key: hst")]
    [InlineData("host=1.2.3.4", "unable to create docker endpoint config: unable to apply docker endpoint options: unable to parse docker host `1.2.3.4`")]
    [InlineData("host=tcp://h,ca=/nope", "unable to create docker endpoint config: open /nope: no such file or directory")]
    [InlineData("host=tcp://h,skip-tls-verify=maybe", "unable to create docker endpoint config: skip-tls-verify: parsing \"maybe\": invalid syntax")]
    [InlineData("host=ssh://u:p@h", "unable to create docker endpoint config: invalid docker endpoint options: ssh host connection is not valid: invalid SSH URL: plain-text password is not supported")]
    [InlineData("host=tcp://h,key=/etc/hostname", "unable to create docker endpoint config: invalid docker endpoint options: key.pem holds no private key in PEM")]
    public void An_endpoint_that_cannot_be_is_refused(string pairs, string message)
    {
        var options = pairs.Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Endpoint.FromOptions(options, _ => throw new CommandLineException("none"))).Message);
    }
}
