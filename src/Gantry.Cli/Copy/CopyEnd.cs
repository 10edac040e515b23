using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Copy;

/// <summary>One end of a copy as far as it is known.</summary>
/// <param name="Path">As given, absolute.</param>
internal sealed record CopyEnd(string Path, bool Exists, bool IsDirectory)
{
    /// <summary>The name it had before a link was followed.</summary>
    public string? Rename { get; init; }

    public string Name => Rename ?? CopyPath.Split(Path).Name;

    /// <summary>
    /// Where an archive of the source is to be extracted, and what its first name has to become, by the rules of cp(1) that Docker
    /// keeps: into a directory that is there; over a file; or as a new name in the directory above.
    /// </summary>
    public static (string Directory, string? Rename) Plan(CopyEnd source, CopyEnd target)
    {
        if (target is { Exists: true, IsDirectory: true }) return (target.Path, source.Rename);
        if (target.Exists && source.IsDirectory) throw new CommandLineException("cannot copy directory");
        if (!target.Exists && !source.IsDirectory && CopyPath.AssertsDirectory(target.Path)) throw new CommandLineException("no such directory");
        var (directory, name) = CopyPath.Split(target.Path);
        return (directory, name);
    }
}
