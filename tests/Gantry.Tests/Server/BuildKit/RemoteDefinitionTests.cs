using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Tests.Server.BuildKit;

/// <summary>What steps of a client come down to. The fields are those of BuildKit's <c>pb</c>.</summary>
public sealed class RemoteDefinitionTests
{
    private static readonly ProtoWriter End = new ProtoWriter().Message(1, new ProtoWriter().Text(1, "sha256:x"));

    [Theory]
    [InlineData("git://host/a.git", "https://host/a.git", "", "https://host/a.git")]
    [InlineData("git://host/a.git#main:there", "https://host/a.git", "", "https://host/a.git#main:there")]
    [InlineData("git://github.com/o/a#v1", "https://github.com/o/a", "", "https://github.com/o/a.git#v1")]
    [InlineData("git://host/a.git#main", "https://host/a.git", "./part", "https://host/a.git#main:part")]
    [InlineData("git://host/a.git#main:there", "https://host/a.git", "../../part", "https://host/a.git#main:part")]
    [InlineData("git://host/a.git#:there", "git@host:a.git", "/", "git@host:a.git#:there")]
    public void A_repository_or_a_directory_of_it(string identifier, string whole, string directory, string address)
    {
        List<ProtoWriter> steps = [Source(identifier, ("git.fullurl", whole))];
        if (directory.Length > 0) steps.Add(Copy(directory, isContent: true));
        Assert.Equal(new RemoteDefinition(address, IsFile: false), RemoteDefinition.Find(Definition([.. steps, End])));
    }

    [Fact]
    public void A_file_or_what_is_in_it()
    {
        var file = Source("https://host/a", ("http.filename", "context"));
        Assert.Equal(new RemoteDefinition("https://host/a", IsFile: true), RemoteDefinition.Find(Definition(file, End)));
        Assert.Equal(new RemoteDefinition("https://host/a", IsFile: false), RemoteDefinition.Find(Definition(file, Copy("/context", unpacks: true), End)));
        Assert.Null(RemoteDefinition.Find(Definition(file, Copy("/other", unpacks: true), End)));
    }

    [Fact]
    public void Anything_else_is_none()
    {
        var source = Source("git://host/a.git", ("git.fullurl", "https://host/a.git"));
        Assert.Null(RemoteDefinition.Find([]));
        Assert.Null(RemoteDefinition.Find(Definition(Source("local://context"), End)));
        Assert.Null(RemoteDefinition.Find(Definition(Source("docker-image://docker.io/library/busybox:latest"), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, source, End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, new ProtoWriter().Message(2, new ProtoWriter().Text(1, "exec")), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, Copy("part", isContent: true, to: "/elsewhere"), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, Copy("part"), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, Copy("part*", isContent: true), End)));
    }

    /// <summary>What is asked for besides is not passed over.</summary>
    [Fact]
    public void Nor_what_asks_for_more()
    {
        var source = Source("git://host/a.git", ("git.fullurl", "https://host/a.git"));
        Assert.Null(RemoteDefinition.Find(Definition(Source("git://host/a.git", ("git.fullurl", "https://host/a.git"), ("git.checksum", "abc")), End)));
        Assert.Null(RemoteDefinition.Find(Definition(Source("git://host/a.git", ("git.authtokensecret", "OTHER")), End)));
        Assert.NotNull(RemoteDefinition.Find(Definition(Source("git://host/a.git", ("git.authtokensecret", "GIT_AUTH_TOKEN")), End)));
        Assert.Null(RemoteDefinition.Find(Definition(Source("https://host/a", ("http.filename", "context"), ("http.checksum", "sha256:abc")), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, Copy("part", isContent: true, onto: 0), End)));
        Assert.Null(RemoteDefinition.Find(Definition(source, Copy("part", isContent: true, mode: 0x1ED), End)));
        Assert.NotNull(RemoteDefinition.Find(Definition(source, Copy("part", isContent: true, mode: -1), End)));
    }

    private static ProtoWriter Source(string identifier, params (string Key, string Value)[] attributes)
    {
        var source = new ProtoWriter().Text(1, identifier);
        source.Pairs(2, attributes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        return new ProtoWriter().Message(3, source);
    }

    private static ProtoWriter Copy(string from, bool isContent = false, bool unpacks = false, string to = "/", long onto = -1, long mode = -1)
    {
        var copy = new ProtoWriter().Text(1, from).Text(2, to).Integer(4, mode).Flag(6, isContent).Flag(7, unpacks);
        return new ProtoWriter().Message(4, new ProtoWriter().Message(2, new ProtoWriter().Integer(1, onto).Message(4, copy)));
    }

    private static ReadOnlySpan<byte> Definition(params ProtoWriter[] steps)
    {
        var definition = new ProtoWriter();
        foreach (var step in steps) definition.Message(1, step);
        return definition.Written.Span;
    }
}
