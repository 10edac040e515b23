using System.Buffers;
using Gantry.Spec;

namespace Gantry.Engine.Mounts;

/// <summary>Reads what <c>-v</c> takes: <c>[source:]destination[:options]</c>.</summary>
internal static class VolumeSpec
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public static bool IsVolumeName(string name) =>
        name.Length >= 2 && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    public static MountRecord Parse(string spec)
    {
        var parts = spec.Split(':');
        if (parts.Length is 0 or > 3 || parts.Any(part => part.Length == 0))
        {
            throw new InvalidArgumentException($"invalid volume specification: '{spec}'");
        }

        var (source, destination) = parts.Length == 1 ? (null, parts[0]) : (parts[0], parts[1]);
        var options = Options.Parse(parts.Length == 3 ? parts[2] : "");
        var record = new MountRecord
        {
            Type = source?.StartsWith('/') == true ? "bind" : "volume",
            Destination = RequireDestination(destination, spec),
            Mode = parts.Length == 3 ? parts[2] : "",
            ReadOnly = options.ReadOnly,
            IdMap = options.IdMap,
        };
        if (source is null)
        {
            return record with { Anonymous = true };
        }

        if (record.Type == "bind")
        {
            return options.NoCopy
                ? throw new InvalidArgumentException($"invalid volume specification: '{spec}': nocopy is for volumes")
                : record with
                {
                    Source = ContainerPath.Clean(source),
                    Propagation = options.Propagation ?? "",
                    CreateSource = true,
                };
        }

        if (options.Propagation is not null)
        {
            throw new InvalidArgumentException($"invalid volume specification: '{spec}': propagation is for bind mounts");
        }

        RequireVolumeName(source);
        return record with { Name = source, Mode = parts.Length == 3 ? parts[2] : "z", NoCopy = options.NoCopy };
    }

    public static void RequireVolumeName(string name)
    {
        if (!IsVolumeName(name))
        {
            throw new InvalidArgumentException(
                name.Length == 1
                    ? $"create {name}: volume name is too short, names should be at least two alphanumeric characters"
                    : $"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    public static string RequireDestination(string destination, string spec)
    {
        if (!destination.StartsWith('/'))
        {
            throw new InvalidArgumentException($"invalid volume specification: '{spec}': invalid mount path: '{destination}' mount path must be absolute");
        }

        var clean = ContainerPath.Clean(destination);
        return clean != "/"
            ? clean
            : throw new InvalidArgumentException($"invalid volume specification: '{spec}': invalid specification: destination can't be '/'");
    }

    /// <summary>The options of a mount as they stand in an <c>-v</c> or after the name of <c>--volumes-from</c>.</summary>
    private sealed record Options(bool ReadOnly, bool NoCopy, string? Propagation, string? IdMap)
    {
        public static Options Parse(string text)
        {
            string? access = null, propagation = null, copy = null, label = null, consistency = null, idMap = null;
            foreach (var option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                ref var slot = ref access;
                switch (option)
                {
                    case "ro" or "rw":
                        break;
                    case "private" or "rprivate" or "shared" or "rshared" or "slave" or "rslave":
                        slot = ref propagation;
                        break;
                    case "idmap":
                        slot = ref idMap;
                        break;
                    case var mapped when mapped.StartsWith("idmap=", StringComparison.Ordinal):
                        slot = ref idMap;
                        break;
                    case "nocopy":
                        slot = ref copy;
                        break;
                    // Labels mean something to SELinux only, consistency to Docker Desktop only: accepted as Docker accepts them.
                    case "z" or "Z":
                        slot = ref label;
                        break;
                    case "cached" or "consistent" or "delegated" or "default":
                        slot = ref consistency;
                        break;
                    default:
                        throw new InvalidArgumentException($"invalid mode: {text}");
                }

                slot = slot is null ? option : throw new InvalidArgumentException($"invalid mode: {text}");
            }

            return new(access == "ro", copy is not null, propagation, idMap is null ? null : IdMapping.Parse(idMap is "idmap" ? "" : idMap["idmap=".Length..], text));
        }
    }
}
