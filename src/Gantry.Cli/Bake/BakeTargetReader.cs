namespace Gantry.Cli.Bake;

/// <summary>A block of HCL or JSON to a target.</summary>
internal static class BakeTargetReader
{
    private static readonly string[] Known =
    [
        "annotations", "args", "attest", "cache-from", "cache-to", "call", "context", "contexts", "description", "dockerfile", "dockerfile-inline", "entitlements", "extra-hosts", "inherits", "labels", "matrix", "name",
        "network", "no-cache", "no-cache-filter", "output", "platforms", "policy", "pull", "resources", "secret", "shm-size", "ssh", "tags", "target", "ulimits",
    ];

    /// <param name="warn">Is told of what has no meaning.</param>
    public static BakeTarget Read(string name, BakeAttributes given, Action<string> warn)
    {
        foreach (var attribute in given.All.Where(attribute => !Known.Contains(attribute.Name))) warn($"{attribute.Place}: a target has no {attribute.Name}: it is passed over");
        if (given.All.FirstOrDefault(attribute => attribute.Name == "policy") is { } policy) throw new Hcl.HclException(policy.Place, "gantry has no policies for what builds take in: leave policy out");
        return new()
        {
            Name = name,
            Description = given.Text("description"),
            Inherits = given.Texts("inherits"),
            Annotations = given.Texts("annotations") ?? [],
            Attest = given.List("attest", BakeFields.Attestations, (value, place) => BakeFields.Attestation(BakeFields.Of(value, place))) ?? [],
            Context = given.Text("context"),
            Contexts = given.Map("contexts"),
            Dockerfile = given.Text("dockerfile"),
            DockerfileInline = given.Text("dockerfile-inline"),
            Args = given.Map("args"),
            Labels = given.Map("labels"),
            Tags = given.Texts("tags"),
            CacheFrom = given.List("cache-from", BakeFields.Caches, BakeFields.Of) ?? [],
            CacheTo = given.List("cache-to", BakeFields.Caches, BakeFields.Of),
            Target = given.Text("target"),
            Secrets = given.List("secret", BakeFields.Secrets, (value, place) => BakeFields.Secret(BakeFields.Of(value, place))) ?? [],
            Ssh = given.List("ssh", BakeAgent.Parse, BakeAgent.Of) ?? [],
            Platforms = given.Texts("platforms"),
            Outputs = given.List("output", BakeFields.Outputs, BakeFields.Of),
            Pull = given.Flag("pull"),
            NoCache = given.Flag("no-cache"),
            Network = given.Text("network"),
            NoCacheFilter = given.Texts("no-cache-filter") ?? [],
            ShmSize = given.Text("shm-size"),
            Ulimits = given.Texts("ulimits") ?? [],
            Resources = given.Map("resources"),
            Call = given.Text("call"),
            Entitlements = given.Texts("entitlements") ?? [],
            ExtraHosts = given.Map("extra-hosts"),
        };
    }
}
