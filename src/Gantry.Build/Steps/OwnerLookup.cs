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
        var colon = owner.IndexOf(':');
        return uint.TryParse(colon < 0 ? owner : owner.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && uint.TryParse(owner.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var gid) ? (uid, gid) : null;
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
