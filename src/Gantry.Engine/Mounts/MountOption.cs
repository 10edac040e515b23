using System.Globalization;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Mounts;

/// <summary>Reads what <c>--mount</c> takes, as the API's <c>HostConfig.Mounts</c>.</summary>
internal static class MountOption
{
    public static MountRecord Parse(Mount mount)
    {
        var type = mount.Type ?? throw Invalid(mount, "mount type unknown: \"\"");
        if (type is "npipe" or "cluster")
        {
            throw new UnsupportedException($"mounts of type {type} (target {mount.Target}) are not supported");
        }

        if (mount.Target is not { Length: > 0 } target)
        {
            throw Invalid(mount, "field Target must not be empty");
        }

        if (!target.StartsWith('/'))
        {
            throw Invalid(mount, $"invalid mount path: '{target}' mount path must be absolute");
        }

        RefuseForeignOptions(mount, type);
        var record = new MountRecord
        {
            Type = type,
            Destination = ContainerPath.Clean(target) is var clean and not "/"
                ? clean
                : throw Invalid(mount, "invalid specification: destination can't be '/'"),
            ReadOnly = mount.ReadOnly,
            FromMountOption = true,
        };
        return type switch
        {
            "bind" => Bind(mount, record),
            "volume" => Volume(mount, record),
            "tmpfs" => Tmpfs(mount, record),
            "image" => Image(mount, record),
            _ => throw Invalid(mount, $"mount type unknown: \"{type}\""),
        };
    }

    private static MountRecord Bind(Mount mount, MountRecord record)
    {
        if (mount.Source is not { Length: > 0 } source)
        {
            throw Invalid(mount, "field Source must not be empty");
        }

        if (!source.StartsWith('/'))
        {
            throw Invalid(mount, $"invalid mount path: '{source}' mount path must be absolute");
        }

        var options = mount.BindOptions ?? new();
        if (options.Propagation is not (null or "private" or "rprivate" or "shared" or "rshared" or "slave" or "rslave"))
        {
            throw Invalid(mount, $"invalid propagation mode: {options.Propagation}");
        }

        if (options.ReadOnlyForceRecursive && (options.ReadOnlyNonRecursive || options.NonRecursive || !mount.ReadOnly))
        {
            throw Invalid(mount, "mount source must be read-only and recursive with ReadOnlyForceRecursive");
        }

        if (!options.CreateMountpoint && !Path.Exists(source))
        {
            throw Invalid(mount, $"bind source path does not exist: {source}");
        }

        return record with
        {
            Source = ContainerPath.Clean(source),
            Propagation = options.Propagation ?? "",
            CreateSource = options.CreateMountpoint,
            NonRecursive = options.NonRecursive,
            ReadOnlyNonRecursive = options.ReadOnlyNonRecursive,
            ReadOnlyForceRecursive = options.ReadOnlyForceRecursive,
            IdMap = options.IdMap is { } map ? IdMapping.Parse(map, map) : null,
        };
    }

    private static MountRecord Image(Mount mount, MountRecord record)
    {
        if (mount.Source is not { Length: > 0 } image)
        {
            throw Invalid(mount, "field Source must not be empty");
        }

        return record with { Source = image, ReadOnly = true, Subpath = Subpath(mount, mount.ImageOptions?.Subpath) };
    }

    private static MountRecord Volume(Mount mount, MountRecord record)
    {
        var options = mount.VolumeOptions ?? new();
        if (mount.Source is { } name)
        {
            VolumeSpec.RequireVolumeName(name);
        }

        return record with
        {
            Name = mount.Source,
            Anonymous = mount.Source is null,
            Mode = "z",
            NoCopy = options.NoCopy,
            Subpath = Subpath(mount, options.Subpath),
            Driver = options.DriverConfig?.Name is "local" ? null : options.DriverConfig?.Name,
            DriverOptions = options.DriverConfig?.Options,
            VolumeLabels = options.Labels,
            IdMap = options.IdMap is { } map ? IdMapping.Parse(map, map) : null,
        };
    }

    private static string? Subpath(Mount mount, string? subpath) =>
        subpath is not null && (subpath.StartsWith('/') || subpath.Split('/').Contains(".."))
            ? throw Invalid(mount, $"subpath must be a relative path within the volume: {subpath}")
            : subpath;

    private static MountRecord Tmpfs(Mount mount, MountRecord record)
    {
        if (mount.Source is not null)
        {
            throw Invalid(mount, "field Source must not be specified");
        }

        var options = mount.TmpfsOptions ?? new();
        var list = new List<string>();
        if (options.Mode != 0)
        {
            list.Add("mode=" + Convert.ToString(options.Mode & 0xFFF, 8));
        }

        if (options.SizeBytes > 0)
        {
            list.Add("size=" + options.SizeBytes.ToString(CultureInfo.InvariantCulture));
        }
        else if (options.SizeBytes < 0)
        {
            throw Invalid(mount, "tmpfs size must not be negative");
        }

        foreach (var option in options.Options ?? [])
        {
            list.Add(option switch
            {
                ["exec" or "noexec"] => option[0],
                _ => throw Invalid(mount, $"invalid tmpfs option: {string.Join('=', option)}"),
            });
        }

        return record with { TmpfsOptions = string.Join(',', list) };
    }

    private static void RefuseForeignOptions(Mount mount, string type)
    {
        var foreign = (type, mount) switch
        {
            (not "bind", { BindOptions: not null }) => "BindOptions",
            (not "volume", { VolumeOptions: not null }) => "VolumeOptions",
            (not "tmpfs", { TmpfsOptions: not null }) => "TmpfsOptions",
            (not "image", { ImageOptions: not null }) => "ImageOptions",
            (_, { ClusterOptions: not null }) => "ClusterOptions",
            _ => null,
        };
        if (foreign is not null)
        {
            throw Invalid(mount, $"field {foreign} must not be specified");
        }
    }

    private static InvalidArgumentException Invalid(Mount mount, string why) =>
        new($"invalid mount config for type \"{mount.Type}\": {why}");
}
