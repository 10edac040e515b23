using Gantry.Spec;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Containers;

/// <summary>A namespace that exists, by its file (/proc/PID/ns/…, or bound elsewhere).</summary>
internal static class NamespaceFile
{
    public static SafeFileHandle Open(string path, string type)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"linux.namespaces: {type} namespace {path} cannot be opened: {e.Message}", e);
        }
    }
}
