using Gantry.Compose;
using Gantry.Compose.Interpolation;
using Gantry.Compose.Nodes;

namespace Gantry.Tests.Compose;

/// <summary>config --no-interpolate and --variables.</summary>
public sealed class RawModelTests
{
    private static readonly ComposeCase Case = new("not-interpolated");

    private static MappingNode Tree => field ??= ComposeLoader.LoadTree(Case.Options() with { Interpolates = false }).Tree;

    [Fact]
    public void Yaml_is_what_Docker_Compose_prints() => Assert.Equal(Case.Expected("expected.raw.yaml"), Case.WithPlaceholder(CanonicalText.Yaml(Tree)));

    [Fact]
    public void Json_is_what_Docker_Compose_prints() => Assert.Equal(Case.Expected("expected.raw.json"), Case.WithPlaceholder(CanonicalText.Json(Tree)));

    [Fact]
    public void A_default_may_have_colons()
    {
        var options = Case.Options() with
        {
            Files = ["-"],
            Interpolates = false,
            StandardInput = new StringReader("services: {a: {image: x, volumes: [\"${DATA:-./data}:/data:ro\"]}}"),
        };
        Assert.Contains("- ${DATA:-./data}:/data:ro\n", CanonicalText.Yaml(ComposeLoader.LoadTree(options).Tree), StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_have_defaults_and_alternates_and_can_be_required()
    {
        var variables = ModelVariables.Of(Tree).ToDictionary(variable => variable.Name);
        Assert.Equal(new("TAG", IsRequired: false, "1", ""), variables["TAG"]);
        Assert.Equal(new("NEEDED", IsRequired: true, "", ""), variables["NEEDED"]);
        Assert.Equal(new("FLAGS", IsRequired: false, "", "--flags"), variables["FLAGS"]);
        Assert.Equal(new("URL", IsRequired: false, "", ""), variables["URL"]);
    }
}
