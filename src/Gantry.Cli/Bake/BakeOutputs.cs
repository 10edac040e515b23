namespace Gantry.Cli.Bake;

/// <summary>What <c>--load</c> and <c>--push</c> make of a target's outputs. Files that go elsewhere stay as they are.</summary>
internal static class BakeOutputs
{
    public static readonly BakeFields CacheOnly = BakeFields.Of(("type", "cacheonly"));
    private static readonly string[] Images = ["docker", "image", "registry", "oci"];

    public static BakeTarget Load(BakeTarget target)
    {
        var outputs = target.Outputs ?? [];
        return outputs.Any(output => !Images.Contains(output.Type) || (output.Type == "docker" && output["dest"].Length == 0)) ? target
            : target with { Outputs = [.. outputs, BakeFields.Of(("type", "docker"))] };
    }

    public static BakeTarget Push(BakeTarget target)
    {
        var outputs = target.Outputs ?? [];
        if (outputs.Any(output => !Images.Contains(output.Type) || output.Type == "registry")) return target;
        var isSaid = outputs.Any(output => output.Type == "image");
        var pushed = outputs.Select(output => output.Type == "image" ? new BakeFields(new SortedDictionary<string, string>(output.Values.ToDictionary(), StringComparer.Ordinal) { ["push"] = "true" }) : output);
        return target with { Outputs = isSaid ? [.. pushed] : [.. outputs, BakeFields.Of(("push", "true"), ("type", "image"))] };
    }
}
