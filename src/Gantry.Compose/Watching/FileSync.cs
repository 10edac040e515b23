using System.Formats.Tar;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Compose.Watching;

/// <summary>Makes files in a container be what they are on this machine.</summary>
internal sealed class FileSync(GantryClient client)
{
    /// <param name="changes">What changed, and the rule it changed for. A file that is not there any more goes in the container too.</param>
    public async Task RunAsync(ComposeContainer container, IReadOnlyList<(WatchedPath Rule, string Path)> changes, CancellationToken cancellationToken)
    {
        // Where a rule's own path went, its target stays: it may be a directory that holds more, or the root.
        var gone = changes.Where(change => change.Path != change.Rule.Root && !IsThere(change.Path)).Select(change => change.Rule.TargetOf(change.Path)).Distinct(StringComparer.Ordinal).ToList();
        if (gone.Count > 0)
        {
            // What was synced is root's, whoever the container runs as.
            await ContainerHooks.RunAsync(client, container, new ServiceHook { Command = ["rm", "-rf", "--", .. gone], User = "0" }, cancellationToken).ConfigureAwait(false);
        }

        await using var archive = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (Write(archive, changes) > 0)
        {
            archive.Position = 0;
            await client.ExtractArchiveAsync(container.Id, "/", copyOwner: false, archive, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>How many entries there are.</returns>
    private static int Write(Stream archive, IReadOnlyList<(WatchedPath Rule, string Path)> changes)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        using var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (rule, path) in changes)
        {
            Add(rule, path);
        }

        return written.Count;

        void Add(WatchedPath rule, string path)
        {
            var target = rule.TargetOf(path);
            if (!rule.Concerns(path) || !IsThere(path) || !written.Add(target))
            {
                return;
            }

            try
            {
                tar.WriteEntry(path, IsDirectory(path) ? $"{target.Trim('/')}/" : target.TrimStart('/'));
            }
            catch (FileNotFoundException)
            {
                // It went meanwhile, which is told next.
                return;
            }

            if (IsDirectory(path))
            {
                foreach (var entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal)) Add(rule, entry);
            }
        }
    }

    private static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static bool IsDirectory(string path) => Directory.Exists(path) && new FileInfo(path).LinkTarget is null;
}
