using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Tests.Build;

public sealed class LayoutAddressTests
{
    private static readonly string Sum = "sha256:" + new string('a', 64);

    [Theory]
    [InlineData("oci-layout://dir", "dir", null, false)]
    [InlineData("oci-layout://../a/b:tag", "../a/b", "tag", false)]
    [InlineData("oci-layout:///abs@", "/abs", null, true)]
    [InlineData("oci-layout://name:tag@", "name", "tag", true)]
    public void An_address_has_a_place_and_perhaps_a_tag_and_a_digest(string text, string place, string? tag, bool hasDigest)
    {
        text += hasDigest ? Sum : "";
        Assert.True(LayoutAddress.TryParse(text, out var address));
        Assert.Equal((place, tag, hasDigest ? Sum : null), (address.Place, address.Tag, address.Digest?.ToString()));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("dir")]
    [InlineData("docker-image://busybox")]
    public void Others_are_none(string? text) => Assert.False(LayoutAddress.TryParse(text, out _));

    [Theory]
    [InlineData("oci-layout://")]
    [InlineData("oci-layout://:tag")]
    [InlineData("oci-layout://dir@sha256:0")]
    public void What_is_wrong_is_said(string text) => Assert.Throws<InvalidArgumentException>(() => LayoutAddress.TryParse(text, out _));
}
