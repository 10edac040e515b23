using Gantry.Network.Host;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Network.Drivers;

/// <summary>Settings of the kernel for one link of a container: <c>net.ipv4.conf.IFNAME.forwarding=0</c>, several with commas between.</summary>
public static class LinkSysctls
{
    private const string Placeholder = "IFNAME";

    /// <summary>Refuses what is no setting of a link.</summary>
    public static void Check(string option) => _ = Parse(option, Placeholder).Count();

    /// <summary>In the network namespace of the container.</summary>
    internal static void Write(string option, string link)
    {
        foreach (var (path, value) in Parse(option, link))
        {
            if (!Sysctl.TryWrite(path, value))
            {
                throw new InvalidArgumentException($"{path.Replace('/', '.')} is not a setting of this kernel ({EndpointSettings.SysctlsOption})");
            }
        }
    }

    private static IEnumerable<(string Path, string Value)> Parse(string option, string link)
    {
        foreach (var text in option.Split(','))
        {
            var (name, value) = text.Split('=', 2) is [var left, var right] ? (left, right) : throw new InvalidArgumentException($"expected sysctl '{text}' to have format name=value");
            yield return name.Split('.') is ["net", var family, var group, var place, .. { Length: > 0 } rest] parts
                && place.Equals(Placeholder, StringComparison.OrdinalIgnoreCase) && !name.Contains('/', StringComparison.Ordinal) && !parts.Contains("")
                ? ($"{family}/{group}/{link}/{string.Join('/', rest)}", value)
                : throw new InvalidArgumentException($"expected sysctl '{name}' to have format net.X.Y.IFNAME.Z");
        }
    }
}
