using Gantry.Compose.Model;

namespace Gantry.Compose.Binding;

internal static class BuildBinder
{
    public static BuildSettings Bind(MappingReader build) => new()
    {
        Context = build.Text("context"),
        Dockerfile = build.Text("dockerfile"),
        DockerfileInline = build.Text("dockerfile_inline"),
        Entitlements = build.Texts("entitlements"),
        Args = build.OptionalMap("args"),
        Provenance = build.Text("provenance"),
        Sbom = build.Text("sbom"),
        Ssh = build.OptionalMap("ssh"),
        Labels = build.Map("labels"),
        CacheFrom = build.Texts("cache_from"),
        CacheTo = build.Texts("cache_to"),
        NoCache = build.Flag("no_cache"),
        AdditionalContexts = build.Map("additional_contexts"),
        Pull = build.Flag("pull"),
        ExtraHosts = HostBinder.ExtraHosts(build, "extra_hosts"),
        Isolation = build.Text("isolation"),
        Network = build.Text("network"),
        Target = build.Text("target"),
        Secrets = build.Each("secrets", ServiceBinder.FileReference),
        ShmSize = build.Bytes("shm_size"),
        Tags = build.Texts("tags"),
        Ulimits = HostBinder.Ulimits(build),
        Platforms = build.Texts("platforms"),
        Privileged = build.Flag("privileged"),
        Extensions = build.Extensions(),
    };
}
