using Gantry.Compose.Model;

namespace Gantry.Compose.Binding;

internal static class MountBinder
{
    public static ServiceMount Bind(MappingReader mount) => new()
    {
        Type = mount.Required("type"),
        Source = mount.Text("source"),
        Target = mount.Text("target"),
        ReadOnly = mount.Flag("read_only"),
        Consistency = mount.Text("consistency"),
        Bind = mount.Mapping("bind") is { } bind
            ? new()
            {
                SELinux = bind.Text("selinux"),
                Propagation = bind.Text("propagation"),
                CreateHostPath = bind.Flag("create_host_path"),
                Recursive = bind.Text("recursive"),
                Extensions = bind.Extensions(),
            }
            : null,
        Volume = mount.Mapping("volume") is { } volume
            ? new()
            {
                Labels = volume.Map("labels"),
                NoCopy = volume.Flag("nocopy"),
                Subpath = volume.Text("subpath"),
                Extensions = volume.Extensions(),
            }
            : null,
        Tmpfs = mount.Mapping("tmpfs") is { } tmpfs
            ? new() { Size = tmpfs.Bytes("size"), Mode = tmpfs.Mode("mode") ?? 0, Extensions = tmpfs.Extensions() }
            : null,
        Image = mount.Mapping("image") is { } image
            ? new() { Subpath = image.Text("subpath"), Extensions = image.Extensions() }
            : null,
        Extensions = mount.Extensions(),
    };
}
