using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;

namespace Gantry.Engine.Host;

/// <summary>Files of the host, for those who know no system calls.</summary>
public static class HostFile
{
    /// <summary>The number of a group by its name or number in <c>/etc/group</c>; null when there is none.</summary>
    public static uint? FindGroup(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        foreach (var line in File.Exists("/etc/group") ? File.ReadLines("/etc/group") : [])
        {
            if (line.Split(':') is [var entry, _, var id, ..] && entry == name && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>An open file that came from who started this program is not passed on to the programs it starts.</summary>
    public static void KeepFromPrograms(int descriptor)
    {
        using var borrowed = new FileDescriptor(descriptor, ownsHandle: false);
        RawIo.SetCloseOnExec(borrowed, close: true);
    }

    /// <summary>Gives the file to <paramref name="group"/>; its owner stays.</summary>
    public static void SetGroup(string path, uint group)
    {
        using var directory = RootedDirectory.Open(Path.GetDirectoryName(Path.GetFullPath(path))!);
        directory.Chown(Path.GetFileName(path), uint.MaxValue, group);
    }
}
