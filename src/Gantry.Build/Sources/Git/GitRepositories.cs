using System.Security.Cryptography;
using System.Text;
using Gantry.Build.Solving;
using Gantry.Images.Content;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources.Git;

/// <summary>
/// The repositories that builds took files of, <c>build/git</c>: for each remote a bare one with the commits that were
/// wanted and not what came before them, so that only what is new comes again.
/// </summary>
public sealed class GitRepositories
{
    private const string Web = "http:https:git:ssh";
    private readonly TimeProvider time;
    private readonly string repositories;
    private readonly string checkouts;
    private readonly string home;
    private readonly string knownHosts;
    private readonly GitProgram git;
    private readonly KeyedLocks<string> locks = new();

    public GitRepositories(string buildRoot, TimeProvider time)
    {
        this.time = time;
        var root = Path.GetFullPath(Path.Combine(buildRoot, "git"));
        (repositories, checkouts, home, knownHosts) = (Path.Combine(root, "repositories"), Path.Combine(root, "checkouts"), Path.Combine(root, "home"), Path.Combine(root, "known_hosts"));
        if (Directory.Exists(checkouts))
        {
            // Of builds that this daemon's life before did not end.
            TreePlace.Remove(checkouts);
        }

        foreach (var directory in (string[])[repositories, checkouts, home])
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var directory in Directory.EnumerateDirectories(repositories).Where(directory => SourceRecord.Read(directory, 0) is null))
        {
            TreePlace.Remove(directory);
        }

        git = new(home);
    }

    /// <summary>The commit that an address means now: the remote is asked each time.</summary>
    /// <param name="output">Takes what git says meanwhile.</param>
    public async Task<GitCommit> ResolveAsync(GitAddress address, IBuildSecrets inputs, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        var commit = GitAddress.IsCommit(address.Reference)
            ? new(address.Reference!, address.Reference!, null)
            : GitReferences.Find(address, await ListAsync(address, inputs, output, cancellationToken).ConfigureAwait(false));
        return address.Checksum is not { } wanted || commit.Hash.StartsWith(wanted, StringComparison.Ordinal) || commit.Object.StartsWith(wanted, StringComparison.Ordinal)
            ? commit
            : throw new InvalidArgumentException($"checksum mismatch of {address}: want commit {wanted}, got {commit.Hash}");
    }

    /// <summary>The files of a commit, or of the address's directory in it.</summary>
    /// <param name="keepGitDirectory">With a <c>.git</c> that git can work in, where the whole tree is asked for.</param>
    public async Task<SourceTree> OpenAsync(GitAddress address, GitCommit commit, bool keepGitDirectory, IBuildSecrets inputs, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(commit);
        var checkout = new GitCheckout(git, address, commit, Path.Combine(checkouts, Path.GetRandomFileName()));
        try
        {
            var access = await AccessAsync(address, inputs, cancellationToken).ConfigureAwait(false);
            using (await locks.AcquireAsync(IdOf(address.Remote), cancellationToken).ConfigureAwait(false))
            {
                var repository = await FetchAsync(address, commit, access, output, cancellationToken).ConfigureAwait(false);
                await checkout.TakeAsync(repository.Path, GitRepository.NameOf(commit), cancellationToken).ConfigureAwait(false);
            }

            await checkout.FillAsync(access, Web, output, cancellationToken).ConfigureAwait(false);
            return checkout.Open(keepGitDirectory);
        }
        catch (GitFailedException e)
        {
            checkout.Dispose();
            throw Failed(address, e);
        }
        catch
        {
            checkout.Dispose();
            throw;
        }
    }

    /// <summary>What is kept, the least recently used first.</summary>
    public IReadOnlyList<SourceRecord> List() =>
        [.. Directory.EnumerateDirectories(repositories).Select(directory => SourceRecord.Read(directory, DiskSpace.Of(directory))).OfType<SourceRecord>().OrderBy(record => record.Used)];

    /// <summary>Removes one, if no build uses it now.</summary>
    /// <returns>Bytes of disk freed.</returns>
    public long Remove(string id)
    {
        using var held = locks.TryAcquire(id);
        var directory = Path.Combine(repositories, id);
        if (held is null || !Directory.Exists(directory))
        {
            return 0;
        }

        var freed = DiskSpace.Of(directory);
        TreePlace.Remove(directory);
        return freed;
    }

    private static string IdOf(string remote) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(remote)))[..25];

    private Task<GitAccess> AccessAsync(GitAddress address, IBuildSecrets inputs, CancellationToken cancellationToken) => GitAccess.FindAsync(address, inputs, knownHosts, cancellationToken);

    private async Task<string> ListAsync(GitAddress address, IBuildSecrets inputs, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        var access = await AccessAsync(address, inputs, cancellationToken).ConfigureAwait(false);
        try
        {
            return await git.RunAsync(
                new()
                {
                    Directory = home,
                    Arguments = ["ls-remote", "--symref", "origin", .. GitReferences.Patterns(address.Reference)],
                    Protocols = Web,
                    Settings = [.. access.Settings, new("remote.origin.url", address.Remote)],
                    Environment = access.Environment,
                    Output = output,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (GitFailedException e)
        {
            throw Failed(address, e);
        }
    }

    private async Task<GitRepository> FetchAsync(GitAddress address, GitCommit commit, GitAccess access, Action<int, ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(repositories, IdOf(address.Remote));
        var now = time.GetUtcNow();
        var repository = new GitRepository(git, Path.Combine(directory, "objects"));
        await repository.PrepareAsync(commit, cancellationToken).ConfigureAwait(false);
        var record = SourceRecord.Read(directory, 0) ?? new(IdOf(address.Remote), address.Remote, 0, now, now, -1);
        (record with { Used = now, Uses = record.Uses + 1 }).Write(directory);
        await repository.FetchAsync(address, commit, access, Web, output, cancellationToken).ConfigureAwait(false);
        return repository;
    }

    private static UnavailableException Failed(GitAddress address, GitFailedException failure)
    {
        var needsLogin = failure.Message.Contains("could not read Username", StringComparison.Ordinal) || failure.Message.Contains("Authentication failed", StringComparison.Ordinal);
        var advice = needsLogin ? ": it wants credentials, give the build a secret GIT_AUTH_TOKEN"
            : failure.Message.Contains("Permission denied (publickey", StringComparison.Ordinal) ? ": it wants a key, give the build --ssh default"
            : "";
        return new($"failed to fetch remote {address}: {failure.Message}{advice}", failure);
    }
}
