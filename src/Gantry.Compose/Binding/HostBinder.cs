using Gantry.Compose.Merging;
using Gantry.Compose.Model;

namespace Gantry.Compose.Binding;

/// <summary>Limits, devices and host names.</summary>
internal static class HostBinder
{
    public static IReadOnlyDictionary<string, Ulimit> Ulimits(MappingReader owner) => owner.Named("ulimits", (name, limit, isMapping) =>
    {
        if (isMapping)
        {
            return new Ulimit { Soft = limit.Long("soft") ?? 0, Hard = limit.Long("hard") ?? 0 };
        }

        var both = owner.Mapping("ulimits")!.Value.Long(name) ?? 0;
        return new Ulimit { IsSingle = true, Soft = both, Hard = both };
    });

    public static BlockIoSettings BlockIo(MappingReader blkio) => new()
    {
        Weight = blkio.Int("weight") ?? 0,
        WeightDevice = blkio.Each("weight_device", device => new DeviceWeight(device.Required("path"), device.Int("weight") ?? 0)),
        DeviceReadBps = blkio.Each("device_read_bps", Rate),
        DeviceReadIops = blkio.Each("device_read_iops", Rate),
        DeviceWriteBps = blkio.Each("device_write_bps", Rate),
        DeviceWriteIops = blkio.Each("device_write_iops", Rate),
    };

    /// <summary>From a mapping, or from a list of <c>host=address</c> or <c>host:address</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ExtraHosts(MappingReader owner, string key)
    {
        if (owner.Node(key) is not { } node)
        {
            return Empty.Map<IReadOnlyList<string>>();
        }

        var hosts = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var item in ListForms.Sequence(node, key).Items)
        {
            var text = item.ToString()!;
            var separator = text.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? equals : text.IndexOf(':', StringComparison.Ordinal);
            var host = separator > 0 ? text[..separator] : "";
            if (host.Length == 0 || host.Contains(':', StringComparison.Ordinal))
            {
                throw new ComposeException($"{owner.Path}.{key}: \"{text}\" must be of the form host=address", item.Origin);
            }

            var address = text[(separator + 1)..];
            address = address.Length > 2 && address[0] == '[' && address[^1] == ']' ? address[1..^1] : address;
            hosts[host] = hosts.TryGetValue(host, out var before) ? [.. before, address] : [address];
        }

        return hosts;
    }

    private static DeviceRate Rate(MappingReader device) => new(device.Required("path"), device.Bytes("rate"));

    public static DeviceMapping Device(MappingReader device) => new()
    {
        Source = device.Required("source"),
        Target = device.Text("target"),
        Permissions = device.Text("permissions"),
        Extensions = device.Extensions(),
    };
}
