using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class MountTree
{
    public static MappingNode Of(ServiceMount mount, OutputFormat format) => new OutputMap(format)
        .Add("type", mount.Type)
        .Add("source", mount.Source)
        .Add("target", mount.Target)
        .Add("read_only", mount.ReadOnly)
        .Add("consistency", mount.Consistency)
        .Add("bind", mount.Bind is { } bind
            ? new OutputMap(format)
                .Add("selinux", bind.SELinux)
                .Add("propagation", bind.Propagation)
                .Add("create_host_path", bind.CreateHostPath)
                .Add("recursive", bind.Recursive)
                .AddExtensions(bind.Extensions).Node
            : null)
        .Add("volume", mount.Volume is { } volume
            ? new OutputMap(format)
                .Add("labels", volume.Labels)
                .Add("nocopy", volume.NoCopy)
                .Add("subpath", volume.Subpath)
                .AddExtensions(volume.Extensions).Node
            : null)
        .Add("tmpfs", mount.Tmpfs is { } tmpfs
            ? new OutputMap(format).AddBytes("size", tmpfs.Size).Add("mode", tmpfs.Mode).AddExtensions(tmpfs.Extensions).Node
            : null)
        .Add("image", mount.Image is { } image
            ? new OutputMap(format).Add("subpath", image.Subpath).AddExtensions(image.Extensions).Node
            : null)
        .AddExtensions(mount.Extensions).Node;
}
