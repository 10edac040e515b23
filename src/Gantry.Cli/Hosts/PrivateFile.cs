namespace Gantry.Cli.Hosts;

/// <summary>Files for their owner's eyes, replaced by rename, so that nobody reads half of one.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="newMode">Of a file that was not there.</param>
    public static void Replace(string path, Action<Stream> write, UnixFileMode newMode = OwnerOnly)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
        // A link, as dotfile managers make it, stays one.
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        // Hidden: who lists the directory meanwhile, or after a kill, passes it over.
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}");
        var mode = File.Exists(target) ? File.GetUnixFileMode(target) : newMode;
        try
        {
            using (var file = Create(temporary, mode))
            {
                write(file);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <exception cref="IOException">It is there already.</exception>
    public static FileStream Create(string path, UnixFileMode mode = OwnerOnly) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
}
