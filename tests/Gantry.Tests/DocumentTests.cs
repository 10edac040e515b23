using System.Text.RegularExpressions;

namespace Gantry.Tests;

/// <summary>What the documents name must exist.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_path_named_in_the_documents_exists()
    {
        var root = RepositoryRoot.Path;
        var documents = Directory.EnumerateFiles(root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories));
        List<string> missing = [];
        foreach (var document in documents)
        {
            var text = File.ReadAllText(document);
            var links = Links().Matches(text).Select(m => m.Groups[1].Value).Where(l => !l.Contains("://", StringComparison.Ordinal) && !l.StartsWith('#'))
                .Select(l => Path.Combine(Path.GetDirectoryName(document)!, l.Split('#')[0]));
            var named = Named().Matches(text).Select(m => Path.Combine(root, m.Groups[1].Value));
            missing.AddRange(links.Concat(named).Where(p => !File.Exists(p) && !Directory.Exists(p))
                .Select(p => $"{Path.GetRelativePath(root, document)} names {Path.GetRelativePath(root, p)}"));
        }

        Assert.Empty(missing);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`\.?/?((?:src|tests|bench|docs|scripts|\.ci)/[A-Za-z0-9_./-]+|[a-z]+\.sh)`")]
    private static partial Regex Named();
}
