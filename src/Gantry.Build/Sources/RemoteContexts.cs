using System.Security.Cryptography;
using System.Text;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources;

/// <summary>Contexts that are fetched from an address: of a git repository, or of a web server.</summary>
public sealed class RemoteContexts(BuildEnvironment environment, ContextStore contexts)
{
    /// <summary>A Dockerfile may have so many.</summary>
    public const int MostDockerfileBytes = 16 << 20;

    /// <summary>The context of a build. From a web server an archive is one; anything else is the Dockerfile of an empty one.</summary>
    public async Task<FetchedContext> OpenAsync(string address, bool keepGitDirectory, IBuildSecrets inputs, StepReport report, CancellationToken cancellationToken)
    {
        if (GitAddress.TryParse(address, out var repository))
        {
            return await OpenAsync(repository, repository.KeepGitDirectory ?? keepGitDirectory, inputs, report, cancellationToken).ConfigureAwait(false);
        }

        await using var file = await environment.Downloads.OpenAsync(Web(address), cancellationToken).ConfigureAwait(false);
        var pin = SourcePin.Of(Digest.FromHash(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)));
        file.Position = 0;
        var isArchive = ArchiveSniffer.IsArchive(file);
        file.Position = 0;
        if (isArchive)
        {
            return new(await BlockingWork.RunAsync(() => contexts.Receive(file, cancellationToken), cancellationToken).ConfigureAwait(false), pin);
        }

        if (file.Length > MostDockerfileBytes)
        {
            throw new InvalidArgumentException($"{address} is no archive, and has {file.Length} bytes: of a Dockerfile at most {MostDockerfileBytes} are read");
        }

        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, -1, leaveOpen: true);
        return new(contexts.Receive(Stream.Null, cancellationToken), pin, await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A context of another name. From a web server it is one file, <c>context</c>.</summary>
    public async Task<FetchedContext> OpenNamedAsync(string address, IBuildSecrets inputs, StepReport report, CancellationToken cancellationToken)
    {
        if (GitAddress.TryParse(address, out var repository))
        {
            return await OpenAsync(repository, repository.KeepGitDirectory ?? false, inputs, report, cancellationToken).ConfigureAwait(false);
        }

        var (tree, content) = await environment.Downloads.OpenAsync(new HttpSource(Web(address), null) { Paths = ["context"] }, cancellationToken).ConfigureAwait(false);
        return new(tree, SourcePin.Of(content));
    }

    private async Task<FetchedContext> OpenAsync(GitAddress repository, bool keepGitDirectory, IBuildSecrets inputs, StepReport report, CancellationToken cancellationToken)
    {
        var commit = await environment.Git.ResolveAsync(repository, inputs, report.Output, cancellationToken).ConfigureAwait(false);
        var tree = await environment.Git.OpenAsync(repository, commit, keepGitDirectory, inputs, report.Output, cancellationToken).ConfigureAwait(false);
        return new(tree, SourcePin.OfCommit(commit.Hash));
    }

    private static Uri Web(string address) => ContextAddress.IsWeb(address) && Uri.TryCreate(address, UriKind.Absolute, out var parsed)
        ? parsed
        : throw new InvalidArgumentException($"invalid remote context {address}: it must be the address of a git repository or of a web server");
}
