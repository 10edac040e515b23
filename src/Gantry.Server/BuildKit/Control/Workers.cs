using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What does the work of builds: this daemon.</summary>
internal static class Workers
{
    private const string Package = "gantry";

    // By the snapshotter clients of Docker tell a daemon that keeps indexes, and writes archives and caches of all kinds.
    private static IEnumerable<KeyValuePair<string, string>> Labels(BuilderDescription builder) =>
    [
        new("org.mobyproject.buildkit.worker.executor", Package),
        new("org.mobyproject.buildkit.worker.hostname", Environment.MachineName),
        new("org.mobyproject.buildkit.worker.snapshotter", "overlayfs"),
        .. builder.HostGateways.Take(1).Select(gateway => KeyValuePair.Create("org.mobyproject.buildkit.worker.moby.host-gateway-ip", gateway.ToString())),
    ];

    public static ProtoWriter Record(BuilderDescription builder)
    {
        var record = new ProtoWriter().Text(1, Package).Pairs(2, Labels(builder));
        foreach (var platform in builder.Platforms)
        {
            record.Message(3, new ProtoWriter().Text(1, platform.Architecture).Text(2, platform.Os).Text(3, platform.Variant));
        }

        return record.Message(5, Version());
    }

    public static ProtoWriter Version() => new ProtoWriter().Text(1, Package).Text(2, "v" + Product.Version);
}
