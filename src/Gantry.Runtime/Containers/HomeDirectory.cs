using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Containers;

/// <summary>The home directory that a container's /etc/passwd names, for a program whose environment has no HOME.</summary>
internal static class HomeDirectory
{
    private const string Unknown = "/";
    private const int LargestFile = 1024 * 1024;

    /// <param name="root">Host path of the container's root.</param>
    public static string Of(string root, uint uid)
    {
        try
        {
            using var directory = RootedDirectory.Open(root);
            // An image may have put anything there, also a FIFO.
            using var file = directory.TryOpenFile("etc/passwd", OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            return file is not null && file.Stat() is { Kind: FileKind.Regular, Size: <= LargestFile }
                ? Find(new StreamReader(new FileStream(file, FileAccess.Read)), uid)
                : Unknown;
        }
        catch (LinuxException)
        {
            return Unknown;
        }
    }

    private static string Find(StreamReader lines, uint uid)
    {
        var wanted = uid.ToString(CultureInfo.InvariantCulture);
        while (lines.ReadLine() is { } line)
        {
            // name:password:uid:gid:comment:home:shell (passwd(5))
            if (line.Split(':') is [_, _, var number, _, _, { Length: > 0 } home, ..] && number == wanted)
            {
                return home;
            }
        }

        return Unknown;
    }
}
