using System.Diagnostics;
using Gantry.Compose;

namespace Gantry.Tests.Compose;

/// <summary>Compose files in a git repository beside the test.</summary>
public sealed class GitResourcesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("gantry-test-");
    private readonly string address;

    public GitResourcesTests()
    {
        var repository = directory.CreateSubdirectory("shared.git").FullName;
        address = $"file://{repository}";
        Directory.CreateDirectory(Path.Combine(repository, "db"));
        File.WriteAllText(Path.Combine(repository, "compose.yaml"), "services:\n  cache: {image: cache, volumes: [./conf:/conf]}\n");
        File.WriteAllText(Path.Combine(repository, "db", "compose.yml"), "services:\n  db: {image: db}\n");
        foreach (var line in (string[])["init -q -b main", "add .", "-c user.name=t -c user.email=t@example.org commit -q -m first"])
        {
            using var git = Process.Start(new ProcessStartInfo("git", line) { WorkingDirectory = repository })!;
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
        }
    }

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_repository_can_be_included_extended_and_named()
    {
        var project = Load($"include: ['{address}#main:db']\nservices:\n  web: {{image: web}}\n  near: {{extends: {{file: '{address}', service: cache}}}}\n");
        Assert.Equal(["db", "near", "web"], project.Project.Services.Keys);
        var mount = Assert.Single(project.Project.Services["near"].Volumes);
        Assert.StartsWith($"{directory.FullName}/cache/gantry/compose/", mount.Source, StringComparison.Ordinal);
        Assert.EndsWith("/shared/conf", mount.Source, StringComparison.Ordinal);
        Assert.Equal("shared", ComposeLoader.Load(Options() with { Files = [address] }).Project.Name);
    }

    [Fact]
    public void What_is_not_there_is_told_with_its_place()
    {
        var error = Assert.Throws<ComposeException>(() => Load($"include: ['{address}#main:gone']\nservices: {{}}\n"));
        Assert.Equal($"{directory.FullName}/compose.yaml:1:11: {address}#main:gone: gone is no Compose file and has none", error.Message);
        error = Assert.Throws<ComposeException>(() => Load($"include: ['{address}#other']\nservices: {{}}\n"));
        Assert.StartsWith($"{directory.FullName}/compose.yaml:1:11: {address}#other: git ls-remote failed", error.Message, StringComparison.Ordinal);
    }

    private LoadedProject Load(string text)
    {
        File.WriteAllText(Path.Combine(directory.FullName, "compose.yaml"), text);
        return ComposeLoader.Load(Options());
    }

    private Gantry.Compose.Loading.LoadOptions Options() => new()
    {
        CurrentDirectory = directory.FullName,
        Environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = Path.Combine(directory.FullName, "cache") },
    };
}
