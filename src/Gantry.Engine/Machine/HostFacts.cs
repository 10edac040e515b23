using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Engine.Bundles;

namespace Gantry.Engine.Machine;

/// <summary>What the kernel and the distribution say of this machine.</summary>
internal static class HostFacts
{
    public static string KernelVersion => ReadLine("/proc/sys/kernel/osrelease");

    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Bytes.</summary>
    public static long MemoryTotal =>
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
            ? long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024
            : 0;

    public static bool ForwardsIPv4 => ReadLine("/proc/sys/net/ipv4/ip_forward") == "1";

    public static int OpenFiles => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    /// <summary>A member of os-release(5).</summary>
    public static string OsRelease(string name)
    {
        foreach (var path in (ReadOnlySpan<string>)["/etc/os-release", "/usr/lib/os-release"])
        {
            if (File.Exists(path) && File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal)) is { } line)
            {
                return line[(name.Length + 1)..].Trim('"', '\'');
            }
        }

        return "";
    }

    /// <summary>Whether memory of containers can be limited together with swap.</summary>
    public static bool HasSwapLimit(CgroupLayout cgroups) =>
        cgroups.IsUnified ? File.Exists("/proc/swaps") : File.Exists(cgroups.Directory("memory", "/memory.memsw.limit_in_bytes"));

    private static string ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
