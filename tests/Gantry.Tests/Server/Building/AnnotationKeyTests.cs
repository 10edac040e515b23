using Gantry.Build.Outputs;
using Gantry.Server.Building;
using Gantry.Spec;

namespace Gantry.Tests.Server.Building;

public sealed class AnnotationKeyTests
{
    [Theory]
    [InlineData("annotation.a.b", AnnotationPlace.Manifest, null, "a.b")]
    [InlineData("annotation-manifest[linux/arm/v7].org.x", AnnotationPlace.Manifest, "linux/arm/v7", "org.x")]
    [InlineData("annotation-index.k", AnnotationPlace.Index, null, "k")]
    [InlineData("annotation-manifest-descriptor[linux/amd64].k", AnnotationPlace.ManifestDescriptor, "linux/amd64", "k")]
    public void An_annotation_has_its_place(string text, AnnotationPlace place, string? platform, string key) =>
        Assert.Equal(new ImageAnnotation(place, platform is null ? null : Platform.Parse(platform), key, "v"), AnnotationKey.Parse(text, "v"));

    [Theory]
    [InlineData("name")]
    [InlineData("annotation")]
    [InlineData("annotations.x")]
    public void Others_are_none(string text) => Assert.Null(AnnotationKey.Parse(text, "v"));

    [Fact]
    public void What_is_not_written_is_refused() => Assert.Throws<UnsupportedException>(() => AnnotationKey.Parse("annotation-index-descriptor.k", "v"));

    [Fact]
    public void Each_manifest_gets_its_own()
    {
        var annotations = new ImageAnnotations([new(AnnotationPlace.Manifest, null, "all", "1"), new(AnnotationPlace.Manifest, Platform.Parse("linux/arm64"), "arm", "2")]);
        Assert.Equal(["all", "arm"], annotations.Of(AnnotationPlace.Manifest, Platform.Parse("linux/arm64"))!.Keys);
        Assert.Equal(["all"], annotations.Of(AnnotationPlace.Manifest, Platform.Parse("linux/amd64"))!.Keys);
        Assert.Null(annotations.Of(AnnotationPlace.Index, null));
        Assert.False(annotations.WantIndex);
    }
}
