using Gantry.Engine.Containers;

namespace Gantry.Engine.Networks;

/// <summary>The names a container has on a user-defined network.</summary>
internal static class DnsNames
{
    /// <summary>Its name, its aliases there, its short id and its host name; the first is its own for reverse look-ups.</summary>
    public static string[] Of(ContainerRecord container, NetworkSetting setting)
    {
        var hostname = container.Config.Hostname;
        return
        [
            .. new[] { container.Name }
                .Concat(setting.Asked.Aliases ?? [])
                .Append(ContainerIdentity.Short(container.Id))
                .Concat(hostname.Length > 0 ? [hostname] : [])
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }
}
