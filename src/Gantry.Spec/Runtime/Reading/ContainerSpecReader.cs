namespace Gantry.Spec.Runtime.Reading;

/// <summary>Reads config.json and process.json.</summary>
public static class ContainerSpecReader
{
    /// <param name="source">UTF-8, kept by the result where it says so.</param>
    /// <param name="file">What to call it in errors.</param>
    /// <exception cref="InvalidArgumentException">It is not JSON, or a field is not of its kind; the message names it.</exception>
    public static ContainerSpec Read(byte[] source, string file)
    {
        var reader = new SpecReader(source, file);
        reader.Begin();
        var spec = new ContainerSpec { OciVersion = string.Empty };
        while (reader.NextProperty())
        {
            spec = ReadProperty(ref reader, spec);
        }

        reader.End();
        return spec.OciVersion.Length > 0 ? spec : throw reader.Missing("ociVersion");
    }

    public static ProcessSpec ReadProcess(byte[] source, string file)
    {
        var reader = new SpecReader(source, file);
        reader.Begin();
        var process = ProcessSpecReader.ReadProperties(ref reader);
        reader.End();
        return process;
    }

    /// <summary>An object as linux.resources is one, alone in a file.</summary>
    public static ResourcesSpec ReadResources(byte[] source, string file)
    {
        var reader = new SpecReader(source, file);
        reader.Begin();
        var resources = ResourcesSpecReader.ReadProperties(ref reader);
        reader.End();
        return resources;
    }

    private static ContainerSpec ReadProperty(ref SpecReader reader, ContainerSpec spec)
    {
        if (reader.Is("ociVersion"u8))
        {
            return spec with { OciVersion = reader.String() ?? string.Empty };
        }

        if (reader.Is("process"u8))
        {
            return spec with { Process = ProcessSpecReader.Read(ref reader) };
        }

        if (reader.Is("root"u8))
        {
            return spec with { Root = ReadRoot(ref reader) };
        }

        if (reader.Is("hostname"u8))
        {
            return spec with { Hostname = reader.String() };
        }

        if (reader.Is("domainname"u8))
        {
            return spec with { Domainname = reader.String() };
        }

        if (reader.Is("mounts"u8))
        {
            return spec with { Mounts = ReadMounts(ref reader) };
        }

        if (reader.Is("linux"u8))
        {
            return spec with { Linux = LinuxSpecReader.Read(ref reader) };
        }

        if (reader.Is("annotations"u8))
        {
            return spec with { Annotations = reader.Map() };
        }

        if (reader.Is("hooks"u8))
        {
            return spec with { Hooks = HooksSpecReader.Read(ref reader) };
        }

        reader.Skip();
        return spec;
    }

    private static RootSpec? ReadRoot(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        string? path = null;
        var isReadOnly = false;
        while (reader.NextProperty())
        {
            if (reader.Is("path"u8))
            {
                path = reader.String();
            }
            else if (reader.Is("readonly"u8))
            {
                isReadOnly = reader.Bool() ?? false;
            }
            else
            {
                reader.Skip();
            }
        }

        return new() { Path = path ?? throw reader.Missing("root.path"), Readonly = isReadOnly };
    }

    private static List<MountSpec>? ReadMounts(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<MountSpec> mounts = [];
        while (reader.NextElement())
        {
            if (!reader.BeginObject())
            {
                continue;
            }

            var mount = new MountSpec { Destination = string.Empty };
            while (reader.NextProperty())
            {
                mount = ReadMountProperty(ref reader, mount);
            }

            mounts.Add(mount.Destination.Length > 0 ? mount : throw reader.Missing($"mounts[{mounts.Count}].destination"));
        }

        return mounts;
    }

    private static MountSpec ReadMountProperty(ref SpecReader reader, MountSpec mount)
    {
        if (reader.Is("destination"u8))
        {
            return mount with { Destination = reader.String() ?? string.Empty };
        }

        if (reader.Is("type"u8))
        {
            return mount with { Type = reader.String() };
        }

        if (reader.Is("source"u8))
        {
            return mount with { Source = reader.String() };
        }

        if (reader.Is("options"u8))
        {
            return mount with { Options = reader.Strings() };
        }

        if (reader.Is("uidMappings"u8))
        {
            return mount with { UidMappings = LinuxSpecReader.ReadMappings(ref reader) };
        }

        if (reader.Is("gidMappings"u8))
        {
            return mount with { GidMappings = LinuxSpecReader.ReadMappings(ref reader) };
        }

        reader.Skip();
        return mount;
    }
}
