using Gantry.Linux.Netlink;

namespace Gantry.Network.Host;

/// <summary>
/// The text by which a link of the host says whose it is (its alias): <c>gantry network 0123…</c>. Names say nothing: another
/// engine calls its bridges alike.
/// </summary>
internal static class LinkMark
{
    public static string Of(string owner, string networkId) => $"{owner} network {networkId}";

    /// <summary>The network a link was made for, by this owner; null for links of others.</summary>
    public static string? NetworkOf(LinkInformation link, string owner)
    {
        var prefix = $"{owner} network ";
        return link.Alias.StartsWith(prefix, StringComparison.Ordinal) ? link.Alias[prefix.Length..] : null;
    }
}
