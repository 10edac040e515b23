using Gantry.Spec;

namespace Gantry.Engine.Machine;

/// <summary>The platforms whose programs run here through qemu, as the kernel was told (binfmt_misc).</summary>
internal static class Emulators
{
    private const string Registered = "/proc/sys/fs/binfmt_misc";

    private static readonly KeyValuePair<string, string>[] Platforms =
    [
        new("x86_64", "linux/amd64"),
        new("aarch64", "linux/arm64"),
        new("arm", "linux/arm/v7"),
        new("riscv64", "linux/riscv64"),
        new("ppc64le", "linux/ppc64le"),
        new("s390x", "linux/s390x"),
        new("i386", "linux/386"),
        new("mips64el", "linux/mips64le"),
        new("loongarch64", "linux/loong64"),
    ];

    /// <param name="directory">Where registered emulators are; the kernel's own where nothing is said.</param>
    public static IReadOnlyList<Platform> List(string directory = Registered) =>
        [.. Platforms.Where(pair => IsEnabled(Path.Combine(directory, "qemu-" + pair.Key))).Select(pair => Platform.Parse(pair.Value))];

    private static bool IsEnabled(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault() == "enabled";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
