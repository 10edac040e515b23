using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Run;

/// <summary>--mount type=…,source=…,target=…[,option[=value]…].</summary>
internal static class MountOption
{
    public static JsonBody Read(string text)
    {
        var mount = new JsonBody();
        JsonBody bind = new(), volume = new(), tmpfs = new(), driver = new(), labels = new(), driverOptions = new(), image = new();
        var (type, source, target, idMap) = ("volume", "", "", "");
        foreach (var field in Csv.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var value = equals < 0 ? "" : field[(equals + 1)..];
            if (equals < 0 && key is not ("readonly" or "ro" or "volume-nocopy" or "bind-nonrecursive" or "bind-create-src" or "idmap"))
            {
                throw Wrong(text, $"invalid field '{field}' must be a key=value pair");
            }

            switch (key)
            {
                case "type": type = value.ToLowerInvariant(); break;
                case "source" or "src":
                    source = value.StartsWith('.') ? Path.GetFullPath(value) : value;
                    break;
                case "target" or "dst" or "destination": target = value; break;
                case "readonly" or "ro": mount.SetIfGiven("ReadOnly", Switch(text, key, equals, value)); break;
                case "consistency": mount["Consistency"] = value.ToLowerInvariant(); break;
                case "bind-propagation": bind["Propagation"] = value.ToLowerInvariant(); break;
                case "bind-nonrecursive": bind.SetIfGiven("NonRecursive", Switch(text, key, equals, value)); break;
                case "bind-recursive":
                    switch (value)
                    {
                        case "enabled": break;
                        case "disabled": bind["NonRecursive"] = true; break;
                        case "writable": bind["ReadOnlyNonRecursive"] = true; break;
                        case "readonly": bind["ReadOnlyForceRecursive"] = true; break;
                        default: throw Wrong(text, $"invalid value for bind-recursive: {value} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
                    }

                    break;
                case "bind-create-src": bind.SetIfGiven("CreateMountpoint", Switch(text, key, equals, value)); break;
                case "volume-subpath": volume["Subpath"] = value; break;
                case "volume-nocopy": volume.SetIfGiven("NoCopy", Switch(text, key, equals, value)); break;
                case "volume-label": Put(labels, value); break;
                case "volume-driver": driver["Name"] = value; break;
                case "volume-opt": Put(driverOptions, value); break;
                case "image-subpath": image["Subpath"] = value; break;
                case "idmap": idMap = value.Length == 0 ? "owner" : value; break;
                case "tmpfs-size":
                    if (!OptionValues.TrySize(value, out var bytes)) throw Wrong(text, $"invalid value for {key}: {value}");
                    tmpfs["SizeBytes"] = bytes;
                    break;
                case "tmpfs-mode":
                    tmpfs["Mode"] = Octal(text, value);
                    break;
                default: throw Wrong(text, $"unexpected key '{key}' in '{field}'");
            }
        }

        if (type.Length == 0) throw Wrong(text, "type is required");
        if (target.Length == 0) throw Wrong(text, "target is required");
        foreach (var (options, owner) in new[] { (bind, "bind"), (volume, "volume"), (tmpfs, "tmpfs"), (image, "image") })
        {
            if (!options.IsEmpty && type != owner) throw Wrong(text, $"cannot mix '{owner}-*' options with mount type '{type}'");
        }

        if (idMap.Length > 0)
        {
            if (type is not ("bind" or "volume")) throw Wrong(text, $"idmap is for mounts of type bind and volume, not '{type}'");
            (type == "bind" ? bind : volume)["IdMap"] = idMap;
        }

        mount["Type"] = type;
        mount.SetIfGiven("Source", source);
        mount["Target"] = target;
        driver.SetIfGiven("Options", driverOptions);
        volume.SetIfGiven("Labels", labels);
        volume.SetIfGiven("DriverConfig", driver);
        mount.SetIfGiven("BindOptions", bind);
        mount.SetIfGiven("VolumeOptions", volume);
        mount.SetIfGiven("ImageOptions", image);
        mount.SetIfGiven("TmpfsOptions", tmpfs);
        return mount;
    }

    private static bool Switch(string text, string key, int equals, string value) =>
        equals < 0 || (GoBoolean.TryParse(value, out var flag) ? flag : throw Wrong(text, $"invalid value for {key}: {value}"));

    private static int Octal(string text, string value)
    {
        var mode = 0;
        foreach (var c in value)
        {
            if (c is < '0' or > '7') throw Wrong(text, $"invalid value for tmpfs-mode: {value}");
            mode = (mode * 8) + c - '0';
        }

        return mode;
    }

    private static void Put(JsonBody body, string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        body[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
    }

    private static CommandLineException Wrong(string text, string reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"invalid argument {OptionValues.Quote(text)} for \"--mount\" flag: {reason}"), 125);
}
