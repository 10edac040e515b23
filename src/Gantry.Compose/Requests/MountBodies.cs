using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>Volumes, directories, secrets and configs of a service: what the short form can say as binds, the rest as mounts.</summary>
internal sealed class MountBodies(ContainerRequest request)
{
    public List<string> Binds { get; } = [];

    public List<JsonBody> Mounts { get; } = [];

    public MountBodies Add()
    {
        foreach (var mount in request.Service.Volumes)
        {
            Add(mount);
        }

        AddFiles(request.Service.Secrets, request.Project.Secrets, "/run/secrets/");
        AddFiles(request.Service.Configs, request.Project.Configs, "/");
        foreach (var (target, volume) in request.Inherited.Where(item => request.Service.Volumes.All(mount => mount.Target != item.Key || mount.Source is null)))
        {
            Mounts.RemoveAll(mount => IsAt(mount, target));
            Mounts.Add(Body("volume", volume, target, isReadOnly: request.Service.Volumes.Any(mount => mount.Target == target && mount.ReadOnly)));
        }

        return this;
    }

    /// <summary>Where a secret or config is in the container.</summary>
    public static string PathOf(FileReference reference, string directory)
    {
        var target = reference.Target ?? reference.Source;
        return target.StartsWith('/') ? target : directory + target;
    }

    private readonly Dictionary<JsonBody, string> targets = [];

    private bool IsAt(JsonBody mount, string target) => targets.GetValueOrDefault(mount) == target;

    private void Add(ServiceMount mount)
    {
        var volume = mount is { Type: "volume", Source: { } key } ? request.Project.Volumes.GetValueOrDefault(key) : null;
        if (mount is { Type: "bind", Bind: { CreateHostPath: true, Recursive: null or "" } })
        {
            Binds.Add(Bind(mount, mount.Bind));
            return;
        }

        var body = Body(mount.Type, volume?.Name ?? mount.Source, mount.Target!, mount.ReadOnly);
        body.SetIfGiven("Consistency", mount.Consistency);
        body.SetIfGiven("BindOptions", BindOptions(mount.Bind));
        if (mount.Volume is not null) body["VolumeOptions"] = VolumeOptions(mount.Volume);
        body.SetIfGiven("TmpfsOptions", TmpfsOptions(mount.Tmpfs));
        if (mount.Image is { Subpath: { Length: > 0 } subpath }) body["ImageOptions"] = new JsonBody { ["Subpath"] = subpath };
        Mounts.Add(body);
    }

    private static string Bind(ServiceMount mount, BindOptions options) =>
        $"{mount.Source}:{mount.Target}:{string.Join(',', new[] { mount.ReadOnly ? "ro" : "rw", options.SELinux, options.Propagation }.Where(option => !string.IsNullOrEmpty(option)))}";

    private void AddFiles(IReadOnlyList<FileReference> references, IReadOnlyDictionary<string, ConfigDefinition> definitions, string directory) =>
        AddFiles(references, key => definitions[key], directory, "config");

    private void AddFiles(IReadOnlyList<FileReference> references, IReadOnlyDictionary<string, SecretDefinition> definitions, string directory) =>
        AddFiles(references, key => definitions[key], directory, "secret");

    private void AddFiles(IReadOnlyList<FileReference> references, Func<string, FileDefinition> find, string directory, string kind)
    {
        foreach (var reference in references)
        {
            var definition = find(reference.Source);
            if (definition.External)
            {
                throw new ComposeException($"unsupported external {kind} {definition.Name}");
            }

            if (definition.File is { Length: > 0 } file)
            {
                if (!File.Exists(file) && !Directory.Exists(file))
                {
                    throw new ComposeException($"{kind} {reference.Source}: {file} does not exist");
                }

                Mounts.Add(Body("bind", file, PathOf(reference, directory), isReadOnly: true));
            }
        }
    }

    private JsonBody Body(string type, string? source, string target, bool isReadOnly)
    {
        var body = new JsonBody { ["Type"] = type };
        body.SetIfGiven("Source", source);
        body["Target"] = target;
        body.SetIfGiven("ReadOnly", isReadOnly);
        targets[body] = target;
        return body;
    }

    private static JsonBody BindOptions(BindOptions? options)
    {
        var body = new JsonBody();
        body.SetIfGiven("Propagation", options?.Propagation);
        body.SetIfGiven("CreateMountpoint", options?.CreateHostPath == true);
        body.SetIfGiven("NonRecursive", options?.Recursive == "disabled");
        body.SetIfGiven("ReadOnlyNonRecursive", options?.Recursive == "writable");
        body.SetIfGiven("ReadOnlyForceRecursive", options?.Recursive == "readonly");
        return body;
    }

    private static JsonBody VolumeOptions(VolumeOptions options)
    {
        var body = new JsonBody();
        body.SetIfGiven("NoCopy", options.NoCopy);
        body.SetIfGiven("Subpath", options.Subpath);
        body.SetIfGiven("Labels", JsonBody.Of(options.Labels));
        return body;
    }

    private static JsonBody TmpfsOptions(TmpfsOptions? options)
    {
        var body = new JsonBody();
        body.SetIfGiven("SizeBytes", options?.Size ?? 0);
        body.SetIfGiven("Mode", (long)(options?.Mode ?? 0));
        return body;
    }
}
