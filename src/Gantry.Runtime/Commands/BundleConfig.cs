using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Runtime;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Commands;

/// <summary>The files of a bundle.</summary>
internal static class BundleConfig
{
    /// <param name="config">Another file in its place.</param>
    public static (ContainerSpec Spec, byte[] Bytes) Read(string bundle, string? config)
    {
        var file = Path.Combine(bundle, config ?? "config.json");
        var bytes = ReadFile(file);
        return (ContainerSpecReader.Read(bytes, file), bytes);
    }

    public static ProcessSpec ReadProcess(string file) => ContainerSpecReader.ReadProcess(ReadFile(file), file);

    private static byte[] ReadFile(string file)
    {
        try
        {
            return HostFile.ReadAllBytes(file);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw new NotFoundException($"{file} does not exist", e);
        }
    }
}
