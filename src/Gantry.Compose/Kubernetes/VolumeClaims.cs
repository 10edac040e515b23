using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>PersistentVolumeClaims for the named volumes.</summary>
internal static class VolumeClaims
{
    /// <summary>Of a volume: <c>size</c>, <c>storage_class</c>, <c>access_mode</c>.</summary>
    private const string Extension = "x-kubernetes";

    private const string DefaultSize = "1Gi";

    public static IEnumerable<KubernetesObject> Of(ManifestContext context)
    {
        foreach (var (key, volume) in context.Project.Volumes)
        {
            if (volume.External)
            {
                context.Warn($"volumes.{key}", $"it is external: a PersistentVolumeClaim {KubernetesNames.Of(volume.Name)} has to exist");
                continue;
            }

            if (volume.Driver is not (null or "" or "local") || volume.DriverOpts.Count > 0)
            {
                context.Warn($"volumes.{key}", $"its driver and driver_opts are left out; name a class of storage in {Extension}.storage_class");
            }

            yield return Claim(context, key, volume);
        }
    }

    /// <summary>The claim's name.</summary>
    public static string NameOf(ManifestContext context, string key) => KubernetesNames.Of(context.Project.Volumes[key] is { External: true } external ? external.Name : key);

    private static KubernetesObject Claim(ManifestContext context, string key, VolumeDefinition volume)
    {
        var settings = volume.Extensions.GetValueOrDefault(Extension) as MappingNode;
        var pods = context.Project.Services.Values.Where(service => service.Volumes.Any(mount => mount.Type == "volume" && mount.Source == key)).Sum(service => service.Replicas);
        var mode = Text("access_mode") ?? (pods > 1 ? "ReadWriteMany" : "ReadWriteOnce");
        if (mode == "ReadWriteMany" && Text("access_mode") is null)
        {
            context.Warn($"volumes.{key}", $"several pods use it, so the claim asks for ReadWriteMany, which not every class of storage has; {Extension}.access_mode says otherwise");
        }

        var spec = new OutputMap(OutputFormat.Yaml)
            .Add("accessModes", [mode])
            .Add("storageClassName", Text("storage_class"))
            .Set("resources", new OutputMap(OutputFormat.Yaml)
                .Set("requests", new OutputMap(OutputFormat.Yaml).Always("storage", Text("size") ?? DefaultSize).Node).Node).Node;
        return context.Object("v1", "PersistentVolumeClaim", NameOf(context, key), null, new OutputMap(OutputFormat.Yaml).Set("spec", spec).Node);

        string? Text(string name) => settings?[name] is ScalarNode { Value: not null } value ? value.ToString() : null;
    }
}
