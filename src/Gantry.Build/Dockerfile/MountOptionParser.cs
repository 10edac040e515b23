using System.Globalization;

namespace Gantry.Build.Dockerfile;

/// <summary>Reads <c>type=bind,from=…,target=…</c> (reference.md, "RUN --mount").</summary>
internal static class MountOptionParser
{
    private static readonly string[] Keys =
    [
        "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required", "size", "mode", "uid", "gid", "env",
    ];

    private static readonly string[] Types = ["bind", "cache", "tmpfs", "secret", "ssh"];

    /// <param name="expand">Gives values with their variables replaced; null where those are not known yet, and values that have some are left out.</param>
    public static MountOption Parse(string text, Func<string, string>? expand)
    {
        var (mount, isOpen) = (new MountOption { Text = text }, false);
        foreach (var field in Fields(text))
        {
            var at = field.IndexOf('=');
            var (key, value) = at < 0 ? (field.ToLowerInvariant(), null) : (field[..at].ToLowerInvariant(), field[(at + 1)..]);
            if (value?.Contains('$', StringComparison.Ordinal) == true)
            {
                if (key == "from")
                {
                    throw new FormatException("'from' doesn't support variable expansion, define alias stage instead");
                }

                if (expand is null)
                {
                    isOpen = true;
                    continue;
                }
            }

            mount = Apply(mount, key, value is null || expand is null ? value : expand(value), field);
        }

        return isOpen ? mount : Checked(mount);
    }

    private static MountOption Checked(MountOption mount)
    {
        if (!Types.Contains(mount.Type))
        {
            throw new FormatException($"unsupported mount type \"{mount.Type}\"{Suggest(mount.Type, Types)}: want bind, cache, tmpfs, secret or ssh");
        }

        return mount switch
        {
            { Type: "bind" or "cache" or "tmpfs", Target: null or "" } => throw new FormatException("invalid mount: target is required"),
            { Type: "cache", Sharing: not (null or "shared" or "private" or "locked") } => throw new FormatException($"unsupported sharing value \"{mount.Sharing}\": want shared, private or locked"),
            { Type: not "cache", Sharing: not null } => throw new FormatException($"invalid cache sharing option for {mount.Type} mount"),
            { Type: not "tmpfs", SizeLimit: > 0 } => throw new FormatException($"invalid mount: size is not allowed for {mount.Type} mounts"),
            { Type: not "secret", Env: not null } => throw new FormatException($"invalid mount: env is not allowed for {mount.Type} mounts"),
            { Type: not ("secret" or "ssh"), Required: true } => throw new FormatException($"invalid mount: required is not allowed for {mount.Type} mounts"),
            _ => mount,
        };
    }

    private static MountOption Apply(MountOption mount, string key, string? value, string field)
    {
        switch (key)
        {
            case "readonly" or "ro":
                return mount with { ReadOnly = Bool(key, value) };
            case "readwrite" or "rw":
                return mount with { ReadOnly = !Bool(key, value) };
            case "required":
                return mount with { Required = Bool(key, value) };
        }

        if (value is null)
        {
            throw Keys.Contains(key) ? new FormatException($"invalid field '{field}' must be a key=value pair") : Unknown(key);
        }

        return key switch
        {
            "type" => mount with { Type = value.ToLowerInvariant() },
            "from" => mount with { From = value },
            "source" or "src" => mount with { Source = value },
            "target" or "dst" or "destination" => mount with { Target = value },
            "id" => mount with { Id = value },
            "sharing" => mount with { Sharing = value.ToLowerInvariant() },
            "size" => mount with { SizeLimit = Size(value) },
            "mode" => mount with { Mode = Number(key, value, 8) },
            "uid" => mount with { Uid = Number(key, value, 10) },
            "gid" => mount with { Gid = Number(key, value, 10) },
            "env" => mount with { Env = value },
            _ => throw Unknown(key),
        };
    }

    private static FormatException Unknown(string key) => new($"unexpected key '{key}' in mount{Suggest(key, Keys)}");

    private static string Suggest(string word, string[] known) => EditDistance.Nearest(word, known) is { } near ? $" (did you mean {near}?)" : "";

    private static bool Bool(string key, string? value) => value?.ToLowerInvariant() switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new FormatException($"invalid value for {key}: {value}"),
    };

    private static uint Number(string key, string value, int radix)
    {
        try
        {
            return Convert.ToUInt32(value, radix);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new FormatException($"invalid value {value} for {key}", e);
        }
    }

    private static long Size(string value)
    {
        var digits = value.TrimEnd("bBkKmMgGiI".ToCharArray());
        var unit = value[digits.Length..].ToLowerInvariant().TrimEnd('b').TrimEnd('i');
        var shift = unit switch { "" => 0, "k" => 10, "m" => 20, "g" => 30, _ => -1 };
        return shift >= 0 && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (long)(number * (1L << shift))
            : throw new FormatException($"invalid value for size: {value}");
    }

    /// <summary>Fields apart by commas; double quotes hold one together (RFC 4180).</summary>
    private static List<string> Fields(string text)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var isQuoted = false;
        foreach (var c in text)
        {
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
