using Gantry.Spec.Build;

namespace Gantry.Cli.Bake;

/// <summary>A target as the arguments of build.</summary>
internal static class BakeWords
{
    private static readonly string[] Resources = ["memory", "memory-swap", "cpu-shares", "cpu-period", "cpu-quota", "cpuset-cpus", "cpuset-mems"];

    /// <param name="inline">The file that the Dockerfile was written to that the target has in itself; null for none.</param>
    /// <param name="imageOf">The name of what another target was built to.</param>
    /// <exception cref="BakeException">The target wants what no build can do here.</exception>
    public static IEnumerable<string> Of(BakeTarget target, string? inline, Func<string, string> imageOf)
    {
        Verify(target);
        var context = BakeGrants.Local(target.Context!);
        yield return $"--file={inline ?? Dockerfile(target.Dockerfile!, context)}";
        foreach (var tag in target.Tags ?? []) yield return $"--tag={tag}";
        foreach (var (name, value) in target.Args) yield return $"--build-arg={name}={value}";
        foreach (var (name, value) in target.Labels) yield return $"--label={name}={value}";
        foreach (var (name, place) in target.Contexts) yield return $"--build-context={name}={(place.StartsWith(BakeTarget.OfTarget, StringComparison.Ordinal) ? ContextAddress.BuiltImage + imageOf(place[BakeTarget.OfTarget.Length..]) : BakeGrants.Local(place))}";
        foreach (var cache in target.CacheFrom) yield return $"--cache-from={cache.Option}";
        foreach (var cache in target.CacheTo ?? []) yield return $"--cache-to={cache.Option}";
        foreach (var annotation in target.Annotations) yield return $"--annotation={annotation}";
        foreach (var attestation in target.Attest) yield return $"--attest={attestation.Option}";
        foreach (var secret in target.Secrets) yield return $"--secret={secret.Option}";
        foreach (var agent in target.Ssh) yield return $"--ssh={agent.Option}";
        foreach (var platform in target.Platforms ?? []) yield return $"--platform={platform}";
        foreach (var output in target.Outputs ?? []) yield return $"--output={output.Option}";
        foreach (var stage in target.NoCacheFilter) yield return $"--no-cache-filter={stage}";
        foreach (var limit in target.Ulimits) yield return $"--ulimit={limit}";
        foreach (var (name, value) in target.Resources) yield return $"--{name}={value}";
        foreach (var entitlement in target.Entitlements) yield return $"--allow={entitlement}";
        foreach (var (host, addresses) in target.ExtraHosts) foreach (var address in addresses.Split(',')) yield return $"--add-host={host}:{address}";
        if (target.Target is { Length: > 0 } stageWanted) yield return $"--target={stageWanted}";
        if (target.Network is { Length: > 0 } network) yield return $"--network={network}";
        if (target.ShmSize is { Length: > 0 } size) yield return $"--shm-size={size}";
        if (target.Call is { Length: > 0 } call) yield return $"--call={call}";
        if (target.NoCache == true) yield return "--no-cache";
        if (target.Pull == true) yield return "--pull";
        yield return context;
    }

    private static void Verify(BakeTarget target)
    {
        if (target.Resources.Keys.FirstOrDefault(name => !Resources.Contains(name)) is { } unknown) throw new BakeException($"the target {target.Name} has an unknown resource {unknown}: want {string.Join(", ", Resources)}");
    }

    // Of the context, but for cwd:// and an address.
    private static string Dockerfile(string file, string context) => file != BakeGrants.Local(file) ? BakeGrants.Local(file)
        : Directory.Exists(context) ? Path.Combine(context, file)
        : file;
}
