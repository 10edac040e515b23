using Gantry.Compose.Merging;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

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

    public static IReadOnlyList<DeviceMapping> Devices(MappingReader service) =>
        service.Node("devices") is not SequenceNode list ? [] : [.. list.Items.Select(item => item switch
        {
            MappingNode mapping => Device(new(mapping, $"{service.Path}.devices", _ => { })),
            _ => ShortDevice(item.ToString()!),
        })];

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

    private static DeviceMapping Device(MappingReader device) => new()
    {
        Source = device.Required("source"),
        Target = device.Text("target"),
        Permissions = device.Text("permissions"),
        Extensions = device.Extensions(),
    };

    private static DeviceMapping ShortDevice(string text)
    {
        var parts = text.Split(':');
        var isPermissions = parts.Length == 2 && parts[1].Length is > 0 and <= 3 && parts[1].All(c => c is 'r' or 'w' or 'm');
        return new()
        {
            Source = parts[0],
            Target = parts.Length > 1 && !isPermissions ? parts[1] : parts[0],
            Permissions = parts.Length > 2 ? parts[2] : isPermissions ? parts[1] : "rwm",
            Text = text,
        };
    }
}
