using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Planning;

/// <summary>What the sources of ADD are: repositories, files of web servers, and files of the context.</summary>
internal static class AddSources
{
    /// <param name="unpack">Null: archives of the context are extracted, those from elsewhere not.</param>
    /// <returns>In their order; files of the context that follow each other are one source.</returns>
    public static IReadOnlyList<CopySource> Of(IReadOnlyList<string> paths, string? checksum, bool keepGitDirectory, bool? unpack)
    {
        var sources = new List<CopySource>();
        foreach (var path in paths)
        {
            var source = Of(path, checksum, keepGitDirectory, unpack);
            if (source is ContextSource && sources is [.., ContextSource before])
            {
                sources[^1] = before with { Paths = [.. before.Paths, path] };
            }
            else
            {
                sources.Add(source);
            }
        }

        return checksum is null || (paths.Count == 1 && sources[0] is not ContextSource)
            ? sources
            : throw new InvalidArgumentException("checksum can't be specified for multiple sources or local files");
    }

    private static CopySource Of(string path, string? checksum, bool keepGitDirectory, bool? unpack)
    {
        if (GitAddress.TryParse(path, out var address) && !address.IsShorthand)
        {
            return new GitSource(checksum is null ? address : address.WithChecksum(checksum), keepGitDirectory || address.KeepGitDirectory == true) { Paths = ["."] };
        }

        if (!ContextAddress.IsWeb(path))
        {
            return new ContextSource(null) { Paths = [path], Unpack = unpack ?? true };
        }

        var url = Uri.TryCreate(path, UriKind.Absolute, out var parsed) ? parsed : throw new InvalidArgumentException($"invalid address {path}");
        var name = Path.GetFileName(url.AbsolutePath) is { Length: > 0 } file ? Uri.UnescapeDataString(file) : "__unnamed__";
        return new HttpSource(url, checksum) { Paths = [name], Unpack = unpack ?? false };
    }
}
