using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class HostTrees
{
    public static Node Ulimit(Ulimit limit, OutputFormat format)
    {
        if (limit.IsSingle)
        {
            return OutputMap.Scalar(limit.Soft);
        }

        // YAML prints noughts too.
        return format == OutputFormat.Json
            ? new OutputMap(format).Add("soft", limit.Soft).Add("hard", limit.Hard).Node
            : new OutputMap(format).Always("soft", limit.Soft).Always("hard", limit.Hard).Node;
    }

    public static MappingNode Device(DeviceMapping device, OutputFormat format) => new OutputMap(format)
        .Add("source", device.Source)
        .Add("target", device.Target)
        .Add("permissions", device.Permissions)
        .AddExtensions(device.Extensions).Node;

    public static Node? ExtraHosts(IReadOnlyDictionary<string, IReadOnlyList<string>> hosts) => hosts.Count == 0
        ? null
        : new SequenceNode(Origin.Implied, hosts
            .SelectMany(pair => pair.Value.Select(address => $"{pair.Key}={address}"))
            .Order(StringComparer.Ordinal)
            .Select(OutputMap.Scalar));

    public static MappingNode BlockIo(BlockIoSettings blkio, OutputFormat format) => new OutputMap(format)
        .Add("weight", blkio.Weight)
        .Add("weight_device", blkio.WeightDevice, device => Pair("weight", device.Path, (long)device.Weight, format))
        .Add("device_read_bps", blkio.DeviceReadBps, device => Rate(device, format))
        .Add("device_read_iops", blkio.DeviceReadIops, device => Rate(device, format))
        .Add("device_write_bps", blkio.DeviceWriteBps, device => Rate(device, format))
        .Add("device_write_iops", blkio.DeviceWriteIops, device => Rate(device, format)).Node;

    private static MappingNode Rate(DeviceRate device, OutputFormat format) => Pair("rate", device.Path, GoValue.Print(device.Rate), format);

    /// <summary>These two have capital letters in Docker Compose's JSON, and so in its hashes.</summary>
    private static MappingNode Pair(string key, string path, object value, OutputFormat format) => format == OutputFormat.Json
        ? new OutputMap(format).Always("Path", path).Always(char.ToUpperInvariant(key[0]) + key[1..], value).Node
        : new OutputMap(format).Always("path", path).Always(key, value).Node;
}
