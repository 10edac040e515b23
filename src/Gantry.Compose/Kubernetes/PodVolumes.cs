using Gantry.Compose.Binding;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>The volumes of a service's pod, and where its containers have them.</summary>
internal sealed class PodVolumes(ManifestContext context, ComposeService service)
{
    private readonly OrderedDictionary<string, MappingNode> volumes = new(StringComparer.Ordinal);
    private readonly List<MappingNode> mounts = [];

    public IReadOnlyCollection<MappingNode> All => volumes.Values;

    public IReadOnlyList<MappingNode> Mounts => mounts;

    public void AddAll()
    {
        foreach (var mount in service.Volumes)
        {
            Add(mount);
        }

        foreach (var text in service.Tmpfs)
        {
            var (target, options) = text.Split(':', 2) is [var path, var rest] ? (path, rest) : (text, "");
            var size = options.Split(',').FirstOrDefault(option => option.StartsWith("size=", StringComparison.Ordinal))?["size=".Length..];
            Mount(Memory($"tmpfs-{target}", size is null ? 0 : Scalars.Bytes(size) ?? 0), target, null, isReadOnly: false);
        }

        if (service.ShmSize > 0)
        {
            Mount(Memory("shm", service.ShmSize), "/dev/shm", null, isReadOnly: false);
        }

        foreach (var config in service.Configs)
        {
            AddFile(config, "configs", context.FileSource.Config(service, config.Source), config.Target ?? $"/{config.Source}", isSecret: false);
        }

        foreach (var secret in service.Secrets)
        {
            var target = secret.Target ?? secret.Source;
            AddFile(secret, "secrets", context.FileSource.Secret(service, secret.Source), target.StartsWith('/') ? target : $"/run/secrets/{target}", isSecret: true);
        }
    }

    private void Add(ServiceMount mount)
    {
        switch (mount)
        {
            case { Type: "volume", Source.Length: > 0 }:
                var claim = VolumeClaims.NameOf(context, mount.Source);
                Mount(Volume(claim, "persistentVolumeClaim", map => map.Add("claimName", claim)), mount.Target!, mount.Volume?.Subpath, mount.ReadOnly);
                break;
            case { Type: "volume" }:
                context.Warn(service, "volumes", $"what is in {mount.Target} goes with the pod: give the volume a name to keep it");
                Mount(Volume($"data-{mount.Target}", "emptyDir", _ => { }), mount.Target!, null, mount.ReadOnly);
                break;
            case { Type: "tmpfs" }:
                Mount(Memory($"tmpfs-{mount.Target}", mount.Tmpfs?.Size ?? 0), mount.Target!, null, mount.ReadOnly);
                break;
            case { Type: "bind" }:
                AddBound(mount);
                break;
            case { Type: "image", Source: { } image }:
                Mount(Volume($"image-{image}", "image", map => map.Add("reference", image)), mount.Target!, mount.Image?.Subpath, mount.ReadOnly);
                break;
            default:
                context.Warn(service, "volumes", $"the mount {mount.Target} of the type {mount.Type} is left out");
                break;
        }
    }

    /// <summary>A file comes along in a ConfigMap; a directory has to be on the node.</summary>
    private void AddBound(ServiceMount mount)
    {
        var path = mount.Source!;
        if (context.FileSource.Bound(path) is { } file)
        {
            if (!mount.ReadOnly)
            {
                context.Warn(service, "volumes", $"{mount.Target} is the content that {path} has now, in a ConfigMap, and cannot be written");
            }

            Mount(Volume($"file-{file.Name}", "configMap", map => map.Add("name", file.Name)), mount.Target!, file.Key, isReadOnly: true);
            return;
        }

        var isSocket = path.EndsWith(".sock", StringComparison.Ordinal);
        context.Warn(service, "volumes", $"{mount.Target} is {path} of whatever node the pod runs on, as a hostPath");
        Mount(
            Volume($"host-{(path.StartsWith(context.Project.WorkingDirectory + "/", StringComparison.Ordinal) ? Path.GetRelativePath(context.Project.WorkingDirectory, path) : path)}", "hostPath", map => map.Add("path", path).Add("type", isSocket ? "Socket" : mount.Bind?.CreateHostPath == true ? "DirectoryOrCreate" : null)),
            mount.Target!,
            null,
            mount.ReadOnly);
    }

    private void AddFile(FileReference reference, string key, FileSource file, string target, bool isSecret)
    {
        if (reference.Uid is not null || reference.Gid is not null)
        {
            context.Warn(service, key, $"uid and gid of {reference.Source} are left out: files of a {(isSecret ? "Secret" : "ConfigMap")} are root's");
        }

        var name = $"{(isSecret ? "secret" : "config")}-{file.Name}{(reference.Mode is { } mode ? $"-{Convert.ToString(mode, 8)}" : "")}";
        var volume = Volume(name, isSecret ? "secret" : "configMap", map =>
        {
            map.Add(isSecret ? "secretName" : "name", file.Name);
            if (reference.Mode is { } bits)
            {
                map.Add("defaultMode", bits);
            }
        });
        Mount(volume, target, file.Key, isReadOnly: true);
    }

    private string Memory(string name, long size) => Volume(name, "emptyDir", map => map.Add("medium", "Memory").Add("sizeLimit", size > 0 ? Quantities.Bytes(size) : null));

    private string Volume(string name, string kind, Action<OutputMap> settings)
    {
        var map = new OutputMap(OutputFormat.Yaml);
        settings(map);
        var wanted = KubernetesNames.Of(name.Replace("-/", "-", StringComparison.Ordinal));
        var free = wanted;
        for (var i = 2; volumes.TryGetValue(free, out var other); i++)
        {
            if (YamlWriter.Write(other[kind]!) == YamlWriter.Write(map.Node))
            {
                return free;
            }

            free = KubernetesNames.Of($"{wanted[..Math.Min(wanted.Length, 50)]}-{i}");
        }

        volumes[free] = new OutputMap(OutputFormat.Yaml).Add("name", free).Set(kind, map.Node).Node;
        return free;
    }

    private void Mount(string volume, string target, string? subpath, bool isReadOnly) => mounts.Add(new OutputMap(OutputFormat.Yaml)
        .Add("name", volume)
        .Add("mountPath", target)
        .Add("subPath", subpath)
        .Add("readOnly", isReadOnly).Node);
}
