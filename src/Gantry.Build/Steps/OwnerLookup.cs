using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Runtime.Containers;

namespace Gantry.Build.Steps;

/// <summary>Who <c>--chown</c> names: a number alone is user and group, a name has the group of its line in passwd(5).</summary>
internal static class OwnerLookup
{
    public static (uint Uid, uint Gid) Resolve(RootedDirectory root, string owner)
    {
        if (uint.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return (id, id);
        }

        var user = UserLookup.Resolve(root, owner, null);
        return (user.UserId, user.GroupId);
    }
}
