using System.Xml.Linq;

namespace Gantry.Tests;

/// <summary>The arrows between projects, and no others (docs/decisions, ARCHITECTURE.md).</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Gantry.Linux"] = [],
        ["Gantry.Hello"] = [],
        ["Gantry.Spec"] = [],
        ["Gantry.Runtime"] = ["Gantry.Linux", "Gantry.Spec"],
        ["Gantry.Images"] = ["Gantry.Linux", "Gantry.Spec"],
        ["Gantry.Network"] = ["Gantry.Linux", "Gantry.Spec"],
        ["Gantry.Build"] = ["Gantry.Images", "Gantry.Runtime", "Gantry.Network", "Gantry.Linux", "Gantry.Spec"],
        ["Gantry.Engine"] = ["Gantry.Build", "Gantry.Images", "Gantry.Runtime", "Gantry.Network", "Gantry.Linux", "Gantry.Spec"],
        ["Gantry.Server"] = ["Gantry.Engine", "Gantry.Spec", "Gantry.Build", "Gantry.Images"],
        ["Gantry.Registry"] = ["Gantry.Images", "Gantry.Spec"],
        ["Gantry.Client"] = ["Gantry.Spec"],
        ["Gantry.Compose"] = ["Gantry.Client", "Gantry.Spec"],
        ["Gantry.Cli"] = ["Gantry.Compose", "Gantry.Client", "Gantry.Spec"],
    };

    [Fact]
    public void Projects_reference_only_what_the_house_allows()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the plan of the house");
            var references = XDocument.Load(file).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
            Assert.Empty(references.Except(allowed!));
        }
    }

    [Fact]
    public void Only_the_kernel_boundary_allows_unsafe_code()
    {
        var allowing = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(f => XDocument.Load(f).Descendants("AllowUnsafeBlocks").Any())
            .Select(f => Path.GetFileNameWithoutExtension(f)!);
        Assert.Equal(["Gantry.Linux"], allowing);
    }
}
