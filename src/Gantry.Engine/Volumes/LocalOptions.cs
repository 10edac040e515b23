using System.Net;
using System.Net.Sockets;
using Gantry.Engine.Validation;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Engine.Volumes;

/// <summary>The options of local volumes: <c>type</c>, <c>o</c> and <c>device</c>, what mount(8) takes as <c>-t</c>, <c>-o</c> and source; or <c>size</c>, what a directory may hold.</summary>
internal static class LocalOptions
{
    /// <param name="volume">What is to be made.</param>
    /// <param name="directory">Where volumes are.</param>
    public static void Check(VolumeRecord volume, string directory)
    {
        var options = volume.Options ?? [];
        foreach (var name in options.Keys)
        {
            if (name is not ("type" or "o" or "device" or "size"))
            {
                throw new InvalidArgumentException($"create {volume.Name}: invalid option: \"{name}\"");
            }
        }

        if (Size(volume) > 0 && !ProjectQuotas.AreEnforced(directory))
        {
            throw new InvalidArgumentException($"create {volume.Name}: quota size requested but no quota support");
        }

        if (options.ContainsKey("size") && options.Count > 1)
        {
            throw new InvalidArgumentException($"create {volume.Name}: option size limits a directory: a device has the size that it has, and a tmpfs what o=size=… says");
        }

        foreach (var required in IsDirectory(volume) ? [] : (string[])["device", "type"])
        {
            if (!options.ContainsKey(required) && !(required == "type" && IsBind(volume)))
            {
                throw new InvalidArgumentException($"create {volume.Name}: missing required option: \"{required}\"");
            }
        }
    }

    /// <summary>True for a directory of the volume's own, false for what a device holds.</summary>
    public static bool IsDirectory(VolumeRecord volume) => volume.Options is null || volume.Options.Keys.All(name => name == "size");

    /// <summary>What the volume's directory may hold, in bytes; 0 for no limit but the disk's.</summary>
    public static long Size(VolumeRecord volume)
    {
        try
        {
            return volume.Option("size") is { } size ? StorageOptions.Bytes(size) : 0;
        }
        catch (InvalidArgumentException e)
        {
            throw new InvalidArgumentException($"create {volume.Name}: {e.Message}", e);
        }
    }

    /// <exception cref="Gantry.Linux.LinuxException">The kernel refused.</exception>
    public static DetachedMount Mount(VolumeRecord volume)
    {
        var (attributes, data) = Sort(Words(volume));
        if (IsBind(volume))
        {
            var mount = DetachedMount.Clone(volume.Option("device") ?? "", recursive: Words(volume).Contains("rbind"));
            if (attributes != MountAttributes.None)
            {
                mount.SetAttributes(attributes);
            }

            return mount;
        }

        var type = volume.Option("type") ?? "none";
        if (type is "nfs" or "nfs4" or "cifs")
        {
            data = [.. data.Select(ResolveAddress)];
        }

        return DetachedMount.FileSystem(type, volume.Option("device"), data, attributes);
    }

    /// <summary>True where mounting it again gives another file system: its users must get the same mount.</summary>
    public static bool IsShared(VolumeRecord volume) => volume.Option("type") is "tmpfs" or "ramfs" or "overlay";

    public static bool IsReadOnly(VolumeRecord volume) => Words(volume).Contains("ro");

    private static bool IsBind(VolumeRecord volume) => Words(volume).Any(word => word is "bind" or "rbind");

    private static string[] Words(VolumeRecord volume) =>
        (volume.Option("o") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The options of every mount, and those of the file system.</summary>
    private static (MountAttributes Attributes, List<string> Data) Sort(IEnumerable<string> words)
    {
        var attributes = MountAttributes.None;
        var data = new List<string>();
        foreach (var word in words)
        {
            switch (word)
            {
                case "ro":
                    attributes |= MountAttributes.ReadOnly;
                    break;
                case "nosuid":
                    attributes |= MountAttributes.NoSuid;
                    break;
                case "nodev":
                    attributes |= MountAttributes.NoDev;
                    break;
                case "noexec":
                    attributes |= MountAttributes.NoExec;
                    break;
                case "noatime":
                    attributes |= MountAttributes.NoAtime;
                    break;
                case "nodiratime":
                    attributes |= MountAttributes.NoDirAtime;
                    break;
                case "rw" or "defaults" or "bind" or "rbind" or "suid" or "dev" or "exec" or "relatime" or "async":
                    break;
                default:
                    data.Add(word);
                    break;
            }
        }

        return (attributes, data);
    }

    /// <summary>The kernel takes addresses, not names: mount.nfs(8) resolves them, and Docker does for these types.</summary>
    private static string ResolveAddress(string word)
    {
        const string prefix = "addr=";
        if (!word.StartsWith(prefix, StringComparison.Ordinal) || IPAddress.TryParse(word[prefix.Length..], out _))
        {
            return word;
        }

        try
        {
            return Dns.GetHostAddresses(word[prefix.Length..]) is [var first, ..] ? prefix + first : word;
        }
        catch (SocketException e)
        {
            throw new InvalidArgumentException($"error resolving passed in network volume address: lookup {word[prefix.Length..]}: {e.Message}", e);
        }
    }
}
