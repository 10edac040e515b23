using Gantry.Linux.Files;

namespace Gantry.Images.Trees;

/// <summary>How overlayfs notes in an upper layer what is gone (kernel, filesystems/overlayfs, "whiteouts and opaque directories"), and what Gantry's own mounts leave there.</summary>
public static class OverlayMarks
{
    /// <summary>Made for mounts and files that every container has; no change of the container's.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "/dev", "/proc", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/sbin/docker-init", "/.dockerenv",
    };

    public static bool IsOpaque(RootedDirectory directory) => directory.GetXattr("trusted.overlay.opaque") is [(byte)'y'];

    public static bool IsWhiteout(FileStatus status) => status is { Kind: FileKind.CharacterDevice, RawDevice: { Major: 0, Minor: 0 } };

    /// <summary>The entry is a place to mount on that Gantry made.</summary>
    public static bool IsOwn(string path, FileStatus status) =>
        Own.Contains(path) && (status.Kind == FileKind.Directory || status is { Kind: FileKind.Regular, Size: 0 });

    /// <summary>The directory of the upper layer is there only for what Gantry made in it.</summary>
    public static bool HasOnlyOwn(RootedDirectory directory, string path)
    {
        var any = false;
        foreach (var entry in directory.List())
        {
            var below = $"{path}/{System.Text.Encoding.UTF8.GetString(entry.Name.Span)}";
            if (directory.TryStat(entry.Name.Span) is { } status && !IsOwn(below, status))
            {
                return false;
            }

            any = true;
        }

        return any;
    }
}
