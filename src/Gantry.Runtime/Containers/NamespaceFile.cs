using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>A namespace that exists, by its file (/proc/PID/ns/…, or bound elsewhere).</summary>
internal static class NamespaceFile
{
    public static FileDescriptor Open(string path, string type)
    {
        try
        {
            return HostFile.Open(path);
        }
        catch (LinuxException e)
        {
            throw new InvalidArgumentException($"linux.namespaces: {type} namespace {path} cannot be opened: {LinuxException.Describe(e.Errno)}", e);
        }
    }
}
