using Gantry.Build.Solving;
using Gantry.Server.Building;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Tests.Server.Building;

/// <summary>What <c>--output</c>, <c>--cache-from</c> and <c>--cache-to</c> may say: what would not be done is refused.</summary>
public sealed class BuildOptionTests
{
    [Theory]
    [InlineData("oci", "compression", "estargz")]
    [InlineData("local", "tar", "false")]
    [InlineData("local", "annotation.a", "b")]
    [InlineData("image", "oci-mediatypes", "false")]
    [InlineData("image", "store", "false")]
    public void An_output_that_would_not_be_as_asked_is_refused(string type, string key, string value) =>
        Assert.Contains(value, Assert.Throws<UnsupportedException>(() => Output(type, key, value).Verify()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("image", "push", "true")]
    [InlineData("image", "compression", "gzip")]
    [InlineData("image", "oci-mediatypes", "true")]
    [InlineData("oci", "compression", "uncompressed")]
    [InlineData("image", "compression", "zstd")]
    [InlineData("image", "compression-level", "9")]
    [InlineData("image", "force-compression", "true")]
    [InlineData("image", "push-by-digest", "true")]
    [InlineData("image", "name-canonical", "true")]
    [InlineData("registry", "registry.insecure", "true")]
    [InlineData("image", "oci-artifact", "true")]
    [InlineData("tar", "source-date-epoch", "1700000000")]
    [InlineData("local", "platform-split", "false")]
    [InlineData("local", "attestation-prefix", "of-")]
    [InlineData("oci", "tar", "true")]
    [InlineData("oci", "tar", "false")]
    [InlineData("image", "annotation.a", "b")]
    [InlineData("oci", "annotation-manifest-descriptor[linux/arm64].a.b", "c")]
    [InlineData("registry", "name", "a,b")]
    // As Docker Compose 2.26 says it.
    [InlineData("moby", "load", "true")]
    // As buildx 0.36 says it.
    [InlineData("moby", "prefer-image-digest", "true")]
    // As Docker Compose 5.5 says it of a build that is pushed.
    [InlineData("moby", "unpack", "false")]
    public void What_is_done_may_be_said(string type, string key, string value) => Assert.Equal(type, Output(type, key, value).Verify().Type);

    [Theory]
    [InlineData("image", "oci-mediatypes", "maybe")]
    [InlineData("nothing", "name", "a")]
    [InlineData("image", "compression-level", "10")]
    [InlineData("image", "source-date-epoch", "soon")]
    [InlineData("local", "attestation-prefix", "../")]
    public void What_cannot_be_is_an_error(string type, string key, string value) => Assert.Throws<InvalidArgumentException>(() => Output(type, key, value).Verify());

    [Fact]
    public void Archives_are_compressed_unless_told_otherwise()
    {
        Assert.Equal(MediaTypes.OciLayerGzip, Output("oci").Archive([], NoTaker).Encoding!.MediaType);
        Assert.Equal(MediaTypes.OciLayer, Output("oci", "compression", "uncompressed").Archive([], NoTaker).Encoding!.MediaType);
        Assert.Null(Output("image").Image([]).Encoding);
        Assert.Equal(new(MediaTypes.OciLayerGzip, 3), Output("image", "compression-level", "3").Image([]).Encoding);
    }

    [Fact]
    public void A_repository_that_is_pushed_to_by_digest_has_no_tag()
    {
        Assert.Equal(["docker.io/a/b"], Output("image", ("push-by-digest", "true"), ("name", "a/b")).Names.Select(name => name.ToString()));
        Assert.Throws<InvalidArgumentException>(() => Output("image", ("push-by-digest", "true"), ("name", "a/b:c")).Names);
    }

    [Theory]
    [InlineData("type=registry,ref=a/b,registry.insecure=true", "registry.insecure=true")]
    [InlineData("type=registry,ref=a/b,image-manifest=false", "image-manifest=false")]
    [InlineData("type=registry,ref=a/b,digest=sha256:0", "digest")]
    [InlineData("type=gha", "type=gha")]
    [InlineData("type=local,src=here", "type=local")]
    public void A_cache_that_would_not_be_as_asked_is_refused(string text, string said)
    {
        Assert.Contains(said, Assert.Throws<UnsupportedException>(() => CacheOptions.Parse(text).Origin()).Message, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<UnsupportedException>(() => CacheOptions.Parse(text).Destination(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_may_fail_and_be_compressed_as_asked()
    {
        var made = CacheOptions.Parse("type=registry,ref=a/b,ignore-error=true,compression=zstd,compression-level=3,force-compression=true").Destination(null)!;
        Assert.True(made.MayFail);
        Assert.Equal(new(MediaTypes.OciLayerZstd, 3, All: true), made.Encoding);
    }

    [Theory]
    [InlineData("a/b:c", "a/b:c")]
    [InlineData("type=registry,ref=a/b,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=false", "a/b:latest")]
    public void A_cache_at_a_registry_is_read(string text, string name) => Assert.Equal(name, CacheOptions.Parse(text).Origin()!.Name);

    private static Task NoTaker(Func<Stream, CancellationToken, Task> write, StepReport report, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static OutputOptions Output(string type, string key, string value) => Output(type, (key, value));

    private static OutputOptions Output(string type, params (string Key, string Value)[] attributes) => new(type, attributes.ToDictionary(pair => pair.Key, pair => pair.Value));
}
