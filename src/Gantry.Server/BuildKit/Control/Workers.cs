using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What does the work of builds: this daemon.</summary>
internal static class Workers
{
    private const string Package = "gantry";

    public static ProtoWriter Record()
    {
        var platform = Platform.Current;
        return new ProtoWriter()
            .Text(1, Package)
            .Pairs(2, [new("org.mobyproject.buildkit.worker.executor", Package), new("org.mobyproject.buildkit.worker.hostname", Environment.MachineName)])
            .Message(3, new ProtoWriter().Text(1, platform.Architecture).Text(2, platform.Os).Text(3, platform.Variant))
            .Message(5, Version());
    }

    public static ProtoWriter Version() => new ProtoWriter().Text(1, Package).Text(2, "v" + Product.Version);
}
