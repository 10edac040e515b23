using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Runtime.Containers;

namespace Gantry.Build.Steps;

/// <summary>Who <c>--chown</c> names: a number alone is user and group, a name has the group of its line in passwd(5).</summary>
internal static class OwnerLookup
{
    /// <summary>Null for what has a name in it.</summary>
    public static (uint Uid, uint Gid)? TryNumbers(string owner)
    {
        if (uint.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return (id, id);
        }

        return owner.Split(':', 2) is [var user, var group] && UserLookup.TryId(user, out var uid) && UserLookup.TryId(group, out var gid) ? (uid, gid) : null;
    }

    public static (uint Uid, uint Gid) Resolve(RootedDirectory root, string owner)
    {
        if (TryNumbers(owner) is { } numbers)
        {
            return numbers;
        }

        var user = UserLookup.Resolve(root, owner, null);
        return (user.UserId, user.GroupId);
    }
}
