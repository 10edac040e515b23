using Gantry.Build.Attestations;
using Gantry.Spec;

namespace Gantry.Tests.Build;

public sealed class AttestationOptionsTests
{
    [Theory]
    [InlineData("provenance", "", true, false, false)]
    [InlineData("provenance", "true", true, false, false)]
    [InlineData("provenance", "type=provenance", true, false, false)]
    [InlineData("provenance", "type=provenance,disabled=false", true, false, false)]
    [InlineData("provenance", "mode=full", true, false, false)]
    [InlineData("provenance", "mode=min", false, false, false)]
    [InlineData("provenance", "mode=min,inline-only=true", false, false, true)]
    [InlineData("provenance", "type=provenance,mode=max,version=v1", true, true, false)]
    public void A_provenance_is_as_asked(string type, string text, bool isMax, bool isVersion1, bool isByTheWay)
    {
        var options = AttestationOptions.Parse(new Dictionary<string, string> { [type] = text });
        Assert.NotNull(options?.Provenance);
        Assert.Equal((isMax, isVersion1, isByTheWay), (options.Provenance.IsMax, options.Provenance.IsVersion1, options.IsByTheWay));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("disabled=true")]
    [InlineData("type=provenance,mode=max,disabled=true")]
    public void What_is_not_wanted_is_not_made(string text) => Assert.Null(AttestationOptions.Parse(new Dictionary<string, string> { ["provenance"] = text, ["sbom"] = text }));

    [Fact]
    public void A_list_of_what_is_in_an_image_has_a_generator()
    {
        var stock = AttestationOptions.Parse(new Dictionary<string, string> { ["sbom"] = "true" })!;
        Assert.Equal("docker.io/docker/buildkit-syft-scanner:stable-1", stock.Sbom!.Generator.ToString());
        Assert.False(stock.IsByTheWay);
        var own = AttestationOptions.Parse(new Dictionary<string, string> { ["sbom"] = "type=sbom,generator=example.org/gen,DEEP=1" })!;
        Assert.Equal("example.org/gen:latest", own.Sbom!.Generator.ToString());
        Assert.Equal(new Dictionary<string, string> { ["DEEP"] = "1" }, own.Sbom.Parameters);
    }

    [Theory]
    [InlineData("provenance", "max", "max")]
    [InlineData("provenance", "mode=most", "most")]
    [InlineData("provenance", "version=v2", "v2")]
    [InlineData("provenance", "inline-only=perhaps", "perhaps")]
    [InlineData("sbom", "generator=A B", "A B")]
    [InlineData("signature", "true", "signature")]
    public void What_is_wrong_is_said(string type, string text, string said) =>
        Assert.Contains(said, Assert.Throws<InvalidArgumentException>(() => AttestationOptions.Parse(new Dictionary<string, string> { [type] = text })).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_provenance_cannot_be_is_refused() =>
        Assert.Throws<UnsupportedException>(() => AttestationOptions.Parse(new Dictionary<string, string> { ["provenance"] = "filename=x" }));
}
