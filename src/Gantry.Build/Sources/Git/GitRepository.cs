using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources.Git;

/// <summary>A bare repository of one remote. Whoever uses it holds its lock.</summary>
internal sealed class GitRepository(GitProgram git, string path)
{
    private const string Shallow = "shallow";

    public string Path => path;

    /// <summary>The reference that keeps what a commit was found by.</summary>
    public static string NameOf(GitCommit commit) => "refs/gantry/" + commit.Object;

    /// <summary>Makes it, where it is not there.</summary>
    public async Task PrepareAsync(GitCommit commit, CancellationToken cancellationToken)
    {
        if (!File.Exists(System.IO.Path.Combine(path, "HEAD")))
        {
            Directory.CreateDirectory(path);
            await RunAsync(["init", "-q", "--bare", Format(commit)], cancellationToken).ConfigureAwait(false);
            return;
        }

        // Of a git that was killed.
        foreach (var left in Directory.EnumerateFiles(path, "*.lock", SearchOption.AllDirectories))
        {
            File.Delete(left);
        }
    }

    /// <summary>Brings the commit here, if it is not, and of its history as little as the remote lets itself be asked for.</summary>
    public async Task FetchAsync(GitAddress address, GitCommit commit, GitAccess access, string protocols, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        if (await HasAsync(commit, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await FetchAsync(["--depth=1", "--no-tags", "origin", $"+{commit.Reference ?? commit.Hash}:{NameOf(commit)}"]).ConfigureAwait(false);
            if (await HasAsync(commit, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
        catch (GitFailedException)
        {
            // A server that gives no commit by its name, or no part of a history: all of it, then.
        }

        string[] whole = File.Exists(System.IO.Path.Combine(path, Shallow)) ? ["--unshallow"] : [];
        await FetchAsync([.. whole, "--no-tags", "origin", "+refs/heads/*:refs/gantry/all/heads/*", "+refs/tags/*:refs/gantry/all/tags/*"]).ConfigureAwait(false);
        try
        {
            await RunAsync(["update-ref", NameOf(commit), commit.Object], cancellationToken).ConfigureAwait(false);
        }
        catch (GitFailedException e)
        {
            throw new NotFoundException($"repository {address.Remote} does not contain commit {commit.Hash}", e);
        }

        Task FetchAsync(IReadOnlyList<string> words) => git.RunAsync(
            new()
            {
                Directory = path,
                Arguments = ["--git-dir=.", "fetch", "--force", .. words],
                Protocols = protocols,
                Settings = [.. access.Settings, new("remote.origin.url", address.Remote)],
                Environment = access.Environment,
                Growing = path,
                Output = output,
            },
            cancellationToken);
    }

    /// <summary>The option of git-init(1) for the kind of hashes that a repository has.</summary>
    public static string Format(GitCommit commit) => $"--object-format={(commit.Hash.Length == 64 ? "sha256" : "sha1")}";

    private async Task<bool> HasAsync(GitCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunAsync(["rev-parse", "--verify", "--quiet", NameOf(commit) + "^{commit}"], cancellationToken).ConfigureAwait(false)).Trim() == commit.Hash;
        }
        catch (GitFailedException)
        {
            return false;
        }
    }

    private Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken) =>
        git.RunAsync(new() { Directory = path, Arguments = ["--git-dir=.", .. words] }, cancellationToken);
}
