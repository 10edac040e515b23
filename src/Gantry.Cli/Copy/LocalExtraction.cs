using System.Formats.Tar;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Copy;

/// <summary>
/// Puts what came from a container into a directory of this machine. The archive is the container's word: no name in it may
/// lead out of the directory, and nothing is written through a link that it brought (CVE-2018-15664).
/// </summary>
/// <param name="directory">Where to.</param>
/// <param name="rename">What the first name of every path becomes; null leaves it.</param>
internal sealed class LocalExtraction(string directory, string? rename)
{
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private readonly List<(string Path, UnixFileMode Mode, DateTimeOffset Modified)> _directories = [];

    /// <param name="archive">Stays open, also where a file of this machine breaks: its sender must not see that before the caller does.</param>
    public void Extract(Stream archive)
    {
        using var tar = new TarReader(archive, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
            Apply(entry, PathOf(entry.Name));
        }

        for (var i = _directories.Count - 1; i >= 0; i--)
        {
            var (path, mode, modified) = _directories[i];
            File.SetUnixFileMode(path, mode);
            Directory.SetLastWriteTimeUtc(path, modified.UtcDateTime);
        }
    }

    private void Apply(TarEntry entry, string path)
    {
        if (path.Length == 0 && rename is null) return;
        var target = path.Length == 0 ? directory : Path.Combine(directory, path);
        RequireInside(entry.Name, target);
        var there = Path.Exists(target) || new FileInfo(target).LinkTarget is not null;
        if (entry.EntryType == TarEntryType.Directory)
        {
            if (there && !Directory.Exists(target)) throw new CommandLineException($"cannot overwrite non-directory \"{target}\" with directory \"{entry.Name}\"");
            Directory.CreateDirectory(target);
            _directories.Add((target, entry.Mode, entry.ModificationTime));
            return;
        }

        if (there && Directory.Exists(target) && new DirectoryInfo(target).LinkTarget is null) throw new CommandLineException($"cannot overwrite directory \"{target}\" with non-directory \"{entry.Name}\"");
        if (there) File.Delete(target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        switch (entry.EntryType)
        {
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(target, entry.LinkName);
                _links.Add(target);
                break;
            case TarEntryType.HardLink:
                var existing = Path.Combine(directory, PathOf(entry.LinkName));
                RequireInside(entry.LinkName, existing);
                if (_links.Contains(existing)) File.CreateSymbolicLink(target, new FileInfo(existing).LinkTarget!);
                else if (LibC.Link(existing, target) != 0) throw new IOException($"cannot link {target} to {existing}");
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                // Without room set aside first: the kernel's own word for a full disk is better than the framework's.
                using (var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write)) entry.DataStream?.CopyTo(file);
                File.SetUnixFileMode(target, entry.Mode);
                File.SetLastWriteTimeUtc(target, entry.ModificationTime.UtcDateTime);
                break;
            default:
                entry.ExtractToFile(target, overwrite: false);
                File.SetUnixFileMode(target, entry.Mode);
                File.SetLastWriteTimeUtc(target, entry.ModificationTime.UtcDateTime);
                break;
        }
    }

    private string PathOf(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") throw new CommandLineException($"refused: {name} in the archive leads out of {directory}");
            if (part != ".") parts.Add(part);
        }

        if (rename is not null)
        {
            // The content of a directory (./a) has no first name of its own.
            if (name.StartsWith('.') && (name.Length == 1 || name[1] == '/')) parts.Insert(0, rename);
            else if (parts.Count > 0) parts[0] = rename;
        }

        return string.Join('/', parts);
    }

    private void RequireInside(string name, string target)
    {
        for (var parent = Path.GetDirectoryName(target)!; parent.Length > directory.TrimEnd('/').Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (_links.Contains(parent)) throw new CommandLineException($"refused: {name} in the archive goes through the link {parent} that the archive made");
        }
    }
}
