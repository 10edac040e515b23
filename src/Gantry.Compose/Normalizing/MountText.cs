using Gantry.Compose.Nodes;

namespace Gantry.Compose.Normalizing;

/// <summary>The short form of a mount, <c>[source:]target[:options]</c>.</summary>
internal static class MountText
{
    /// <summary>Variables that were not replaced have colons of their own: <c>${DATA:-./data}:/data</c>.</summary>
    public static bool IsHidden(string text)
    {
        var open = text.IndexOf("${", StringComparison.Ordinal);
        return open >= 0 && text.IndexOf(':', open) is var colon and >= 0 && text.IndexOf('}', open) > colon;
    }

    public static MappingNode Parse(string text, Origin origin, string path)
    {
        var mount = new MappingNode(origin);
        if (text.Length == 0)
        {
            throw new ComposeException($"{path}: the volume is empty; write [source:]target[:options]", origin);
        }

        if (text.Length <= 2)
        {
            Set(mount, "type", "volume");
            Set(mount, "target", text);
            return mount;
        }

        var sections = Sections(text);
        if (sections.Contains(""))
        {
            throw new ComposeException($"{path}: \"{text}\" has an empty section between colons; write [source:]target[:options]", origin);
        }

        if (sections.Count > 3)
        {
            throw new ComposeException($"{path}: \"{text}\" has too many colons; write [source:]target[:options]", origin);
        }

        var source = sections.Count > 1 ? sections[0] : null;
        Set(mount, "type", source is not null && IsPath(source) ? "bind" : "volume");
        if (source is not null)
        {
            Set(mount, "source", source);
        }

        Set(mount, "target", GoPath.Clean(sections.Count > 1 ? sections[1] : sections[0]));
        SetOptions(mount, source is not null && IsPath(source), sections.Count > 2 ? sections[2].Split(',') : []);
        return mount;
    }

    private static void SetOptions(MappingNode mount, bool isBind, string[] options)
    {
        var bind = new MappingNode(mount.Origin);
        var volume = new MappingNode(mount.Origin);
        foreach (var option in options)
        {
            switch (option)
            {
                case "ro":
                    mount.Set("read_only", new ScalarNode(true, mount.Origin));
                    break;
                case "rw":
                    mount.Remove("read_only");
                    break;
                case "nocopy":
                    volume.Set("nocopy", new ScalarNode(true, mount.Origin));
                    break;
                case "z" or "Z":
                    Set(bind, "selinux", option);
                    break;
                case "rprivate" or "private" or "rshared" or "shared" or "rslave" or "slave":
                    Set(bind, "propagation", option);
                    break;
            }
        }

        if (isBind)
        {
            // The short form always made the directory where it was missing.
            bind.Set("create_host_path", new ScalarNode(true, mount.Origin));
        }

        if (isBind || bind.Count > 0)
        {
            mount.Set("bind", bind);
        }

        if (!isBind || volume.Count > 0)
        {
            mount.Set("volume", volume);
        }
    }

    private static void Set(MappingNode node, string key, string value) => node.Set(key, new ScalarNode(value, node.Origin));

    private static bool IsPath(string source) =>
        source[0] is '.' or '/' or '~' || source.StartsWith(@"\\", StringComparison.Ordinal) || source is [var drive, ':', ..] && char.IsLetter(drive);

    /// <summary>Parts between colons; the colon after a drive's letter is none.</summary>
    private static List<string> Sections(string text)
    {
        var sections = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ':' && !(i == start + 1 && char.IsLetter(text[start])))
            {
                sections.Add(text[start..i]);
                start = i + 1;
            }
        }

        return sections;
    }
}
