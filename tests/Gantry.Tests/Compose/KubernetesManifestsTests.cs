using Gantry.Compose;
using Gantry.Compose.Kubernetes;
using Gantry.Compose.Loading;

namespace Gantry.Tests.Compose;

/// <summary>Folders below Kubernetes: a project, its manifests, and what is told of it.</summary>
public sealed class KubernetesManifestsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Compose", "Kubernetes"));

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Root).Select(directory => Path.GetFileName(directory)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Manifests_are_the_expected_ones(string name) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Root, name, "expected.yaml")), Elsewhere(string.Join("---\n", Manifests(name).Objects.Select(item => item.Yaml)), name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_Kubernetes_cannot_express_is_told(string name) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Root, name, "expected.warnings")), Elsewhere(string.Concat(Manifests(name).Warnings.Select(line => line + "\n")), name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_object_has_a_name_of_its_own(string name)
    {
        var files = Manifests(name).Objects.Select(item => item.FileName).ToList();
        Assert.Equal(files.Distinct(), files);
    }

    [Fact]
    public void Profiles_are_honoured()
    {
        Assert.DoesNotContain(Manifests("web-stack").Objects, item => item.Name == "debug");
        Assert.Contains(Manifests("web-stack", options => options with { Profiles = ["debug"] }).Objects, item => item is { Kind: "Deployment", Name: "debug" });
    }

    [Fact]
    public void Ports_can_be_published_at_the_nodes_and_unhealthy_containers_restarted()
    {
        var objects = Manifests("web-stack", settings: new() { PublishedType = "NodePort", RestartsUnhealthy = true }).Objects;
        Assert.Contains("  type: NodePort\n", objects.Single(item => item.Name == "web-published").Yaml, StringComparison.Ordinal);
        var web = objects.Single(item => item is { Kind: "Deployment", Name: "web" }).Yaml;
        Assert.Contains("livenessProbe:", web, StringComparison.Ordinal);
        Assert.Contains("startupProbe:", web, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_services_cannot_have_one_name()
    {
        var project = ComposeLoader.Load(new()
        {
            CurrentDirectory = Root,
            Environment = new Dictionary<string, string>(),
            Files = ["-"],
            StandardInput = new StringReader("services: {a_b: {image: x}, a.b: {image: x}}"),
        }).Project;
        var error = Assert.Throws<ComposeException>(() => KubernetesManifests.Of(project, new()));
        Assert.Equal("services.a_b: its name in Kubernetes is a-b, as is that of services.a.b; rename one of them", error.Message);
    }

    private static KubernetesManifests Manifests(string name, Func<LoadOptions, LoadOptions>? change = null, KubernetesOptions? settings = null)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/home/dev", ["TOKEN"] = "s3cret" };
        var options = new LoadOptions { CurrentDirectory = Path.Combine(Root, name), Environment = environment, ReadsEnvFiles = false };
        return KubernetesManifests.Of(ComposeLoader.Load(change is null ? options : change(options)).Project, settings ?? new());
    }

    private static string Elsewhere(string text, string name) => text.Replace(Path.Combine(Root, name), "{dir}", StringComparison.Ordinal);
}
