using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class BuildTree
{
    public static MappingNode Of(BuildSettings build, OutputFormat format) => new OutputMap(format)
        .Add("context", build.Context)
        .Add("dockerfile", build.Dockerfile)
        .Add("dockerfile_inline", build.DockerfileInline)
        .Add("entitlements", build.Entitlements)
        .AddOptional("args", build.Args)
        .Add("provenance", build.Provenance)
        .Add("sbom", build.Sbom)
        .Add("ssh", [.. build.Ssh.Select(pair => string.IsNullOrEmpty(pair.Value) ? pair.Key : format == OutputFormat.Json ? $"{pair.Key}={pair.Value}" : $"{pair.Key}: {pair.Value}")])
        .Add("labels", build.Labels)
        .Add("cache_from", build.CacheFrom)
        .Add("cache_to", build.CacheTo)
        .Add("no_cache", build.NoCache)
        .Add("additional_contexts", build.AdditionalContexts)
        .Add("pull", build.Pull)
        .Add("extra_hosts", HostTrees.ExtraHosts(build.ExtraHosts))
        .Add("isolation", build.Isolation)
        .Add("network", build.Network)
        .Add("target", build.Target)
        .Add("secrets", build.Secrets, file => ServiceTree.FileReference(file, format))
        .AddBytes("shm_size", build.ShmSize)
        .Add("tags", build.Tags)
        .Add("ulimits", build.Ulimits, limit => HostTrees.Ulimit(limit, format))
        .Add("platforms", build.Platforms)
        .Add("privileged", build.Privileged)
        .AddExtensions(build.Extensions).Node;
}
