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

    [Fact]
    public void What_a_value_was_made_of_is_told_with_the_places_of_its_variables()
    {
        var given = new ComposeCase("explained");
        var values = ValueOrigins.Of(ComposeLoader.Load(given.Options())).ToDictionary(value => value.Path, value => $"{value.Value} {given.WithPlaceholder(value.Origin.ToString())} {given.WithPlaceholder(string.Join(", ", value.Origin.Sources))}");
        Assert.Equal("app:3 {dir}/compose.yaml:13:12 TAG ({dir}/.env:1:1), UNSET (not set)", values["services.web.image"]);
        Assert.Equal("base 3 {dir}/base.yaml:4:14 TAG ({dir}/.env:1:1)", values["services.web.command"]);
        Assert.Equal("\"1\" {dir}/compose.yaml:9:13 ", values["services.web.environment.SHARED"]);
        Assert.Equal("x {dir}/compose.yaml:19:20 FROM_PROCESS (environment)", values["services.web.environment.FROM_PROCESS"]);
        Assert.Equal("over {dir}/compose.override.yaml:4:13 ", values["services.web.environment.OVER"]);
        Assert.Equal("of a file {dir}/one.env:2:1 ", values["services.web.environment.FILE"]);
        Assert.Equal("other:9 {dir}/sub/inc.yaml:3:12 OTHER ({dir}/sub/inc.env:1:1)", values["services.other.image"]);
        Assert.Equal("\"8081\" {dir}/compose.override.yaml:6:9 ", values["services.web.ports[0].published"]);
    }

    [Fact]
    public void A_secret_of_an_included_project_has_the_value_of_its_environment()
    {
        var secret = ComposeLoader.Load(new ComposeCase("explained").Options() with { KeepsUnused = true }).Project.Secrets["s"];
        Assert.Equal("OTHER", secret.Environment);
        Assert.Equal("9", secret.Value);
    }
}
