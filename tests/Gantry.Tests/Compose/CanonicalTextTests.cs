using System.Security.Cryptography;
using System.Text;
using Gantry.Compose;

namespace Gantry.Tests.Compose;

public sealed class CanonicalTextTests
{
    public static TheoryData<string> Good => [.. ComposeCase.Names("expected.yaml")];

    // Docker Compose writes a text that begins with an empty line so that it is lost when it is read again; that case is left out.
    public static TheoryData<string> Whole => [.. ComposeCase.Names("expected.yaml").Where(name => name != "real-cp-all-in-one-community" && new ComposeCase(name).Options().Services.Count == 0)];

    public static TheoryData<string> Bad => [.. ComposeCase.Names("expected.error")];

    [Theory]
    [MemberData(nameof(Good))]
    public void Yaml_is_what_Docker_Compose_prints(string name)
    {
        var given = new ComposeCase(name);
        Assert.Equal(given.Expected("expected.yaml"), given.WithPlaceholder(CanonicalText.Yaml(given.Load().Project)));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Json_is_what_Docker_Compose_prints(string name)
    {
        var given = new ComposeCase(name);
        Assert.Equal(given.Expected("expected.json"), given.WithPlaceholder(CanonicalText.Json(given.Load().Project)));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Hashes_are_those_of_Docker_Compose(string name)
    {
        var given = new ComposeCase(name);
        var project = ComposeLoader.Load(given.Options() with { ReadsEnvFiles = false, Services = [] }).Project;
        // Paths count: the expected hashes were made below /srv/cases.
        var hashes = project.Services.Values.Select(service => given.Elsewhere(ServiceHash.Counted(service), $"/srv/cases/{name}"))
            .Select(json => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))));
        var lines = project.Services.Keys.Zip(hashes, (service, hash) => $"{service} {hash}\n");
        Assert.Equal(given.Expected("expected.hash"), string.Concat(lines));
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void The_canonical_text_is_read_as_the_same_project(string name)
    {
        var given = new ComposeCase(name);
        var project = given.Load().Project;
        var again = ComposeLoader.Load(given.Options() with
        {
            Files = ["-"],
            ProjectDirectory = project.WorkingDirectory,
            Services = [],
            StandardInput = new StringReader(CanonicalText.Yaml(project)),
        });
        Assert.Equal(CanonicalText.Yaml(project), CanonicalText.Yaml(again.Project));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_wrong_project_is_told_in_one_sentence_with_its_place(string name)
    {
        var given = new ComposeCase(name);
        var error = Assert.Throws<ComposeException>(() => given.Load());
        Assert.Equal(given.Expected("expected.error").TrimEnd('\n'), given.WithPlaceholder(error.Message));
    }
}
