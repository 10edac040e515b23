using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>
/// Bind mounts that this process makes for the container: those of one with a user namespace, whose root need not be
/// able to reach the source, and those that show owners through a mapping.
/// </summary>
/// <param name="held">Takes them, and what they are made of.</param>
internal sealed class PreparedBinds(ContainerSpec spec, string bundle, ICollection<SafeHandle> held)
{
    private readonly Dictionary<(string Uids, string Gids), FileDescriptor> mappings = [];

    /// <summary>Whether this process may mount: who may not has the container do it, in whose namespace it may.</summary>
    public static bool MayMount { get; } = CapabilitySet.TryParse("CAP_SYS_ADMIN", out var admin) && Capabilities.Permitted.Contains(admin);

    public static bool IsMapped(MountSpec mount, MountOptions options) =>
        options.IsMapped || mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 };

    /// <summary>A detached mount of the source as the options want it.</summary>
    public FileDescriptor Prepare(MountSpec mount, MountOptions options, string subject)
    {
        var source = Path.GetFullPath(mount.Source!, bundle);
        try
        {
            var made = DetachedMount.Clone(source, recursive: options.IsRecursive);
            held.Add(made);
            made.SetAttributes(options.SetRecursive, options.ClearRecursive, recursive: true);
            made.SetAttributes(options.Set, options.Clear);
            if (options.Propagation != MountPropagation.Unchanged)
            {
                made.SetAttributes(MountAttributes.None, propagation: options.Propagation, recursive: options.IsPropagationRecursive);
            }

            if (IsMapped(mount, options))
            {
                made.MapIds(MappingOf(mount, subject), options.IsMappedRecursively);
            }

            return made;
        }
        catch (LinuxException e)
        {
            var hint = e.Call == "mount_setattr" && e.Errno == Errno.EINVAL && IsMapped(mount, options)
                ? ": its file system cannot show owners through a mapping, or has one already" : string.Empty;
            throw new InvalidArgumentException($"{subject}: source {source}: {LinuxException.Describe(e.Errno)}{hint}", e);
        }
    }

    private FileDescriptor MappingOf(MountSpec mount, string subject)
    {
        var (uids, gids) = (mount.UidMappings, mount.GidMappings);
        if (uids is not { Count: > 0 } && gids is not { Count: > 0 })
        {
            var user = spec.Linux?.Namespaces?.FirstOrDefault(n => n.Type == "user");
            if (!string.IsNullOrEmpty(user?.Path))
            {
                return Keep(NamespaceFile.Open(user.Path, user.Type));
            }

            (uids, gids) = user is null
                ? throw new InvalidArgumentException($"{subject}: idmap needs uidMappings and gidMappings, or a user namespace whose mapping it takes")
                : (spec.Linux!.UidMappings, spec.Linux.GidMappings);
        }

        if (uids is not { Count: > 0 } || gids is not { Count: > 0 })
        {
            throw new InvalidArgumentException($"{subject}: uidMappings and gidMappings are needed together");
        }

        var key = (IdMaps.Lines(uids), IdMaps.Lines(gids));
        if (!mappings.TryGetValue(key, out var space))
        {
            mappings[key] = space = Keep(UserNamespace.Create(key.Item1, key.Item2));
        }

        return space;
    }

    private FileDescriptor Keep(FileDescriptor descriptor)
    {
        held.Add(descriptor);
        return descriptor;
    }
}
