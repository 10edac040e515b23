using Gantry.Server.Building;
using Gantry.Spec;

namespace Gantry.Tests.Server.Building;

/// <summary>What <c>--output</c>, <c>--cache-from</c> and <c>--cache-to</c> may say: what would not be done is refused.</summary>
public sealed class BuildOptionTests
{
    [Theory]
    [InlineData("image", "compression", "zstd")]
    [InlineData("image", "compression", "uncompressed")]
    [InlineData("oci", "compression", "estargz")]
    [InlineData("local", "tar", "false")]
    [InlineData("local", "annotation.a", "b")]
    [InlineData("local", "platform-split", "false")]
    [InlineData("image", "oci-mediatypes", "false")]
    [InlineData("image", "store", "false")]
    [InlineData("image", "name-canonical", "true")]
    [InlineData("image", "push-by-digest", "true")]
    public void An_output_that_would_not_be_as_asked_is_refused(string type, string key, string value) =>
        Assert.Contains(value, Assert.Throws<UnsupportedException>(() => Output(type, key, value).Verify()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("image", "push", "true")]
    [InlineData("image", "compression", "gzip")]
    [InlineData("image", "oci-mediatypes", "true")]
    [InlineData("oci", "compression", "uncompressed")]
    [InlineData("oci", "tar", "true")]
    [InlineData("oci", "tar", "false")]
    [InlineData("image", "annotation.a", "b")]
    [InlineData("oci", "annotation-manifest-descriptor[linux/arm64].a.b", "c")]
    [InlineData("registry", "name", "a,b")]
    // As Docker Compose 2.26 says it.
    [InlineData("moby", "load", "true")]
    public void What_is_done_may_be_said(string type, string key, string value) => Assert.Equal(type, Output(type, key, value).Verify().Type);

    [Fact]
    public void Archives_are_compressed_unless_told_otherwise()
    {
        Assert.True(new OutputOptions("oci", new Dictionary<string, string>()).Compresses);
        Assert.False(Output("oci", "compression", "uncompressed").Compresses);
        Assert.False(new OutputOptions("image", new Dictionary<string, string>()).Compresses);
        Assert.Throws<InvalidArgumentException>(() => new OutputOptions("nothing", new Dictionary<string, string>()).Verify());
        Assert.Throws<InvalidArgumentException>(() => Output("image", "oci-mediatypes", "maybe").Verify());
    }

    [Theory]
    [InlineData("type=registry,ref=a/b,compression=zstd", "compression=zstd")]
    [InlineData("type=registry,ref=a/b,ignore-error=true", "ignore-error=true")]
    [InlineData("type=registry,ref=a/b,image-manifest=false", "image-manifest=false")]
    [InlineData("type=registry,ref=a/b,digest=sha256:0", "digest")]
    [InlineData("type=gha", "type=gha")]
    [InlineData("type=local,src=here", "type=local")]
    public void A_cache_that_would_not_be_as_asked_is_refused(string text, string said)
    {
        Assert.Contains(said, Assert.Throws<UnsupportedException>(() => CacheOptions.Parse(text).Origin()).Message, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<UnsupportedException>(() => CacheOptions.Parse(text).Destination(null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b:c", "a/b:c")]
    [InlineData("type=registry,ref=a/b,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=false", "a/b:latest")]
    public void A_cache_at_a_registry_is_read(string text, string name) => Assert.Equal(name, CacheOptions.Parse(text).Origin()!.Name);

    private static OutputOptions Output(string type, string key, string value) => new(type, new Dictionary<string, string> { [key] = value });
}
