using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary>Where <c>--output</c> writes to.</summary>
internal static class OutputFile
{
    public static void RequireDirectory(string path, string failure)
    {
        var directory = DirectoryOf(path);
        if (!Directory.Exists(directory)) throw new CommandLineException($"{failure}: invalid output path: stat {directory}: no such file or directory");
    }

    /// <summary>Copies to a file, or to standard output where the path is empty. What breaks leaves no file that looks whole.</summary>
    public static void Save(Invocation call, string path, Stream content)
    {
        if (path.Length == 0)
        {
            content.CopyTo(call.Out.Standard);
            return;
        }

        var temporary = Path.Combine(DirectoryOf(path), $".tmp-{Path.GetFileName(path)}{Environment.ProcessId}");
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite })) content.CopyTo(file);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string DirectoryOf(string path) => path.Length == 0 ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(path))!;
}
