using System.Runtime.InteropServices;
using Gantry.Linux;

namespace Gantry.Runtime.Containers;

/// <summary>The order in which existing namespaces are joined when a user namespace is among what a container has.</summary>
internal static class NamespaceJoins
{
    /// <summary>
    /// To join a namespace takes CAP_SYS_ADMIN in the user namespace that owns it (setns(2)): what the container's own
    /// does not own comes before it, the rest after.
    /// </summary>
    /// <param name="user">The user namespace; null for one that is new, and owns nothing yet.</param>
    public static List<NamespaceJoin> Around(NamespaceJoin? user, IReadOnlyList<NamespaceJoin> others)
    {
        if (user is not { } join)
        {
            return [.. others];
        }

        var inner = others.Where(o => IsOwnedBy(o.Handle, join.Handle)).ToList();
        return [.. others.Except(inner), join, .. inner];
    }

    private static bool IsOwnedBy(SafeHandle space, SafeHandle user)
    {
        using var owner = NamespaceCalls.TryOpenOwner(space);
        return owner is not null && NamespaceCalls.AreSame(owner, user);
    }
}
