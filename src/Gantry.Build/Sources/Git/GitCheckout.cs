using System.IO.Enumeration;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources.Git;

/// <summary>The files of one commit in a directory of their own, which goes with it.</summary>
internal sealed class GitCheckout(GitProgram git, GitAddress address, GitCommit commit, string path) : IDisposable
{
    private const string GitDirectory = ".git";
    private const string Modules = ".gitmodules";

    /// <summary>Takes the commit from a bare repository of this machine.</summary>
    /// <param name="name">The reference it has there.</param>
    public async Task TakeAsync(string repository, string name, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await RunAsync(new() { Directory = path, Arguments = ["init", "-q", GitRepository.Format(commit)] }, cancellationToken).ConfigureAwait(false);
        var isNamed = commit.Reference is { } known && (known.StartsWith("refs/heads/", StringComparison.Ordinal) || known.StartsWith("refs/tags/", StringComparison.Ordinal));
        await RunAsync(
            new()
            {
                Directory = path,
                Arguments = ["fetch", "-q", "--update-head-ok", "--depth=1", "--no-tags", repository, isNamed ? $"+{name}:{commit.Reference}" : name],
                Protocols = "file",
                Growing = path,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the files, and those of the submodules.</summary>
    /// <param name="protocols">By which submodules may come.</param>
    public async Task FillAsync(GitAccess access, string protocols, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        await RunAsync(new() { Directory = path, Arguments = ["checkout", "-q", "--detach", commit.Hash], Growing = path }, cancellationToken).ConfigureAwait(false);
        // Submodules may be said to be beside the remote.
        await RunAsync(new() { Directory = path, Arguments = ["remote", "add", "origin", address.Remote] }, cancellationToken).ConfigureAwait(false);
        if (address.Submodules == false || !File.Exists(Path.Combine(path, Modules)))
        {
            return;
        }

        var update = new GitCall
        {
            Directory = path,
            Arguments = ["submodule", "update", "--init", "--recursive"],
            Protocols = protocols,
            Settings = access.Settings,
            Environment = access.Environment,
            Growing = path,
            Output = output,
        };
        try
        {
            await RunAsync(update with { Arguments = [.. update.Arguments, "--depth=1"] }, cancellationToken).ConfigureAwait(false);
        }
        catch (GitFailedException)
        {
            // A server that gives no commit by its name, or no part of a history: what came is no good, and all of it comes.
            await RunAsync(new() { Directory = path, Arguments = ["submodule", "--quiet", "deinit", "--force", "--all"] }, cancellationToken).ConfigureAwait(false);
            TreePlace.Remove(Path.Combine(path, GitDirectory, "modules"));
            await RunAsync(update, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The files, or those of the address's directory. The result owns this.</summary>
    public SourceTree Open(bool keepGitDirectory)
    {
        if (keepGitDirectory && address.Directory.Length == 0)
        {
            // It names a directory of this machine.
            File.Delete(Path.Combine(path, GitDirectory, "FETCH_HEAD"));
        }
        else
        {
            RemoveGitDirectories();
        }

        using var root = RootedDirectory.Open(path);
        root.Descriptor.Chmod(0x1ED /* 0755 */);
        if (address.Directory.Length == 0)
        {
            return new DirectoryTree(RootedDirectory.Open(path), this);
        }

        try
        {
            // A link of the repository leads to where it leads in the repository.
            return root.TryOpenDirectory(address.Directory) is { } below
                ? new DirectoryTree(below, this)
                : throw new NotFoundException($"repository {address.Remote} has no directory {address.Directory} at {commit.Hash}");
        }
        catch (LinuxException e)
        {
            throw new InvalidArgumentException($"cannot use {address.Directory} of repository {address.Remote}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(path))
        {
            TreePlace.Remove(path);
        }
    }

    /// <summary>git itself lets nothing of that name be in a tree: what has it is git's, of the tree or of a submodule.</summary>
    private void RemoveGitDirectories()
    {
        TreePlace.Remove(Path.Combine(path, GitDirectory));
        if (!File.Exists(Path.Combine(path, Modules)))
        {
            return;
        }

        var found = new FileSystemEnumerable<string>(path, (ref FileSystemEntry entry) => entry.ToFullPath(), new() { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName.SequenceEqual(GitDirectory),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        foreach (var left in found.ToList())
        {
            TreePlace.Remove(left);
        }
    }

    private Task<string> RunAsync(GitCall call, CancellationToken cancellationToken) => git.RunAsync(call, cancellationToken);
}
