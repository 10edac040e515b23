namespace Gantry.Images.Layers.Tar;

/// <summary>Which extended attributes an archive may give to files.</summary>
public static class ForeignXattrs
{
    /// <summary>
    /// <c>trusted.overlay.*</c> and <c>user.overlay.*</c> steer overlayfs itself (redirects, metacopy) and are ours alone; labels
    /// of security modules belong to the host.
    /// </summary>
    public static bool IsAllowed(string attribute) =>
        (attribute.StartsWith("user.", StringComparison.Ordinal) && !attribute.StartsWith("user.overlay.", StringComparison.Ordinal))
        || attribute is "security.capability" or "system.posix_acl_access" or "system.posix_acl_default";
}
