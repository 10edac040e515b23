using System.Text;

namespace Gantry.Network.Host;

/// <summary>Settings below /proc/sys/net: those of the calling thread's namespace.</summary>
internal static class Sysctl
{
    /// <summary>Writes a value; false where the kernel has no such setting (IPv6 switched off at boot).</summary>
    /// <param name="name">With slashes: <c>ipv4/ip_forward</c>.</param>
    public static bool TryWrite(string name, string value)
    {
        try
        {
            using var file = File.OpenHandle("/proc/sys/net/" + name, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(value), 0);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Null where the kernel has no such setting.</summary>
    public static string? Read(string name)
    {
        try
        {
            return File.ReadAllText("/proc/sys/net/" + name).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
