using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Spec;

namespace Gantry.Engine.Mounts;

/// <summary>
/// Id-mapped mounts: what the container's user writes belongs on the host to somebody else, by default to whom the
/// mounted directory belongs. Two ids change places; all others are the same on both sides.
/// </summary>
internal static class IdMapping
{
    public const string Owner = "owner";
    private const long Everybody = uint.MaxValue;

    /// <summary>Reads <c>idmap</c>'s value: empty or <c>true</c>, or <c>uid[:gid]</c>; null for <c>false</c>.</summary>
    public static string? Parse(string value, string whole) => value switch
    {
        "" or "true" or "1" or Owner => Owner,
        "false" or "0" => null,
        _ when value.Split(':') is { Length: 1 or 2 } ids && ids.All(id => uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)) => value,
        _ => throw new InvalidArgumentException($"invalid idmap \"{value}\" in \"{whole}\": it is true, or the uid[:gid] on the host that the container's user gets"),
    };

    /// <summary>Maps a mount that is attached nowhere yet.</summary>
    /// <param name="mount">What is mounted.</param>
    /// <param name="map">As <see cref="Parse"/> gave it.</param>
    /// <param name="user">The container's user and group.</param>
    /// <param name="subject">The source, for messages.</param>
    public static void Apply(DetachedMount mount, string map, (uint Uid, uint Gid) user, string subject)
    {
        var (uid, gid) = HostIds(mount, map);
        if ((uid, gid) == user)
        {
            return;
        }

        try
        {
            using var mapping = UserNamespace.Create(Swap(uid, user.Uid), Swap(gid, user.Gid));
            mount.MapIds(mapping, recursive: false);
        }
        catch (LinuxException e) when (e is { Call: "mount_setattr", Errno: Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS })
        {
            throw new UnsupportedException($"idmap of {subject} is not possible: its file system does not support id-mapped mounts on this kernel (ext4, xfs, btrfs, tmpfs and others do); leave out idmap", e);
        }
    }

    /// <summary>Lines of uid_map(5): each id on disk, what it is in the container, how many.</summary>
    internal static string Swap(uint onDisk, uint inContainer)
    {
        if (onDisk == inContainer)
        {
            return Line(0, 0, Everybody);
        }

        var (low, high) = (Math.Min(onDisk, inContainer), Math.Max(onDisk, inContainer));
        return Line(0, 0, low) + Line(low, high, 1) + Line(low + 1L, low + 1L, high - low - 1L) + Line(high, low, 1)
            + Line(high + 1L, high + 1L, Everybody - high - 1L);
    }

    private static (uint Uid, uint Gid) HostIds(DetachedMount mount, string map)
    {
        if (map == Owner)
        {
            var status = mount.Stat();
            return (status.Uid, status.Gid);
        }

        var ids = map.Split(':');
        return (uint.Parse(ids[0], CultureInfo.InvariantCulture), uint.Parse(ids[^1], CultureInfo.InvariantCulture));
    }

    private static string Line(long inside, long outside, long count) =>
        count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{inside} {outside} {count}\n") : "";
}
