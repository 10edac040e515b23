using System.Diagnostics;
using System.Text;
using Gantry.Compose.Nodes;
using Gantry.Spec;

namespace Gantry.Compose.Loading;

/// <summary>
/// Compose files in git repositories, <c>https://host/name.git#ref:path</c>. The program git gets them, each commit once, below the
/// user's cache.
/// </summary>
internal sealed class GitResources(LoadOptions options)
{
    private static readonly string[] Schemes = ["git@", "git://", "ssh://", "github.com/"];

    public static bool IsRepository(string path) => Schemes.Any(scheme => path.StartsWith(scheme, StringComparison.Ordinal))
        || path.Split('#')[0] is var address && address.Contains("://", StringComparison.Ordinal) && address.EndsWith(".git", StringComparison.Ordinal);

    /// <summary>The local copy of a file.</summary>
    /// <exception cref="ComposeException">It is not there, or git cannot get it.</exception>
    public string Fetch(string resource, Origin? at = null)
    {
        var (address, fragment) = resource.Split('#', 2) is [var before, var after] ? (before, after) : (resource, "");
        var (reference, path) = fragment.Split(':', 2) is [var left, var right] ? (left, right) : (fragment, "");
        reference = reference.Length > 0 ? reference : "HEAD";
        if (reference.StartsWith('-') || path.Split('/').Contains(".."))
        {
            throw new ComposeException($"{resource}: the part after # is ref:path, the path within the repository", at);
        }

        address = address.StartsWith("github.com/", StringComparison.Ordinal) ? $"https://{address}" : address;
        var directory = Path.Combine(Cached(resource, address, reference, at), path);
        if (File.Exists(directory))
        {
            return directory;
        }

        return ProjectFiles.Names.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists)
            ?? throw new ComposeException($"{resource}: {(path.Length > 0 ? path : "the repository")} is no Compose file and has none", at);
    }

    private string Cached(string resource, string address, string reference, Origin? at)
    {
        var line = Run(resource, at, null, "ls-remote", "--exit-code", "--", address, reference);
        var commit = line.Split('\t', '\n')[0];
        if (commit.Length < 40 || !commit.All(char.IsAsciiHexDigit))
        {
            throw new ComposeException($"{resource}: git names no commit for {reference}", at);
        }

        // The last part names the project, where nothing else does.
        var name = Path.GetFileNameWithoutExtension(address.TrimEnd('/').Split('/', ':')[^1]);
        var repository = LightSha256.HashData(Encoding.UTF8.GetBytes(address))[..12];
        return RemoteFiles.Once(options, $"{repository}-{commit}", name, target =>
        {
            Run(resource, at, target, "init", "--quiet");
            Run(resource, at, target, "fetch", "--quiet", "--depth=1", "--", address, commit);
            Run(resource, at, target, "checkout", "--quiet", "FETCH_HEAD");
        });
    }

    private string Run(string resource, Origin? at, string? directory, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = directory ?? options.CurrentDirectory };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A question for a password would wait for ever.
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.Close();
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : throw new ComposeException($"{resource}: git {arguments[0]} failed: {(errors.Result.Trim() is { Length: > 0 } said ? said : $"it ended with {git.ExitCode}")}", at);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ComposeException($"{resource}: the program git cannot be run: {e.Message}", at, e);
        }
    }
}
