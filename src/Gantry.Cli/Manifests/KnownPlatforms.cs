using Gantry.Spec;

namespace Gantry.Cli.Manifests;

/// <summary>The platforms that a list may name: those that Go compiles for, as with Docker.</summary>
internal static class KnownPlatforms
{
    public static bool Contains(Platform platform) => Architectures(platform.Os).Contains(platform.Architecture);

    private static string[] Architectures(string os) => os switch
    {
        "linux" => ["386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x"],
        "windows" => ["386", "amd64", "arm", "arm64"],
        "darwin" => ["386", "amd64", "arm", "arm64"],
        "freebsd" or "netbsd" or "openbsd" => ["386", "amd64", "arm", "arm64"],
        "android" => ["arm", "arm64"],
        "dragonfly" or "solaris" => ["amd64"],
        "plan9" => ["386", "amd64", "arm"],
        _ => [],
    };
}
