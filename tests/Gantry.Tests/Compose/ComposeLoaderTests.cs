using Gantry.Compose;

namespace Gantry.Tests.Compose;

public sealed class ComposeLoaderTests
{
    [Fact]
    public void A_value_knows_its_file_its_line_and_its_variables()
    {
        var given = new ComposeCase("dotenv");
        var image = ValueOrigins.Of(ComposeLoader.LoadTree(given.Options()).Tree).Single(value => value.Path == "services.a.image");
        Assert.Equal("reg.example.org/app:1.2", image.Value);
        Assert.Equal(Path.Combine(given.Directory, "compose.yaml"), image.Origin.File);
        Assert.Equal(4, image.Origin.Line);
        Assert.Equal(["REGISTRY", "TAG"], image.Origin.Variables);
    }

    [Fact]
    public void A_variable_without_a_value_is_told()
    {
        var told = new List<string>();
        ComposeLoader.Load(new ComposeCase("dotenv-edge").Options() with { Warn = told.Add });
        Assert.Contains("The \"UNSET_THING\" variable is not set. Defaulting to a blank string.", told);
    }

    [Fact]
    public void A_tree_that_is_not_interpolated_keeps_its_variables()
    {
        var tree = ComposeLoader.LoadTree(new ComposeCase("dotenv").Options() with { Interpolates = false }).Tree;
        Assert.Contains("image: ${REGISTRY}/app:${TAG:-latest}\n", CanonicalText.Yaml(tree), StringComparison.Ordinal);
    }
}
