using Gantry.Engine.Disk;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Validation;

/// <summary>What a container says of its writable layer (<c>--storage-opt</c>), and what <c>storage-opts</c> of daemon.json says of all. Messages and kinds of errors are Docker's.</summary>
public static class StorageOptions
{
    private const string Size = "size";
    private const string DefaultSize = "overlay2.size";

    /// <summary>The size given in one option of the daemon; null for an option without effect.</summary>
    /// <param name="option"><c>overlay2.size=10G</c>.</param>
    public static long? ReadDefault(string option) => option.Split('=', 2) is not [var name, var value]
        ? throw new InvalidArgumentException($"Unable to parse key/value option: {option}")
        : name.Trim().ToLowerInvariant() switch
        {
            DefaultSize => Bytes(value.Trim()),
            // Docker's kernels before 4.0.
            "overlay2.override_kernel_check" => null,
            var other => throw new InvalidArgumentException($"overlay2: unknown option {other}"),
        };

    /// <summary>A default size holds for every container: the file system must be able to.</summary>
    /// <exception cref="UnsupportedException">It is not.</exception>
    internal static void CheckDefault(EngineOptions options)
    {
        if (options.Containers.Size > 0 && !ProjectQuotas.AreEnforced(options.DataRoot))
        {
            throw new UnsupportedException($"storage-opts {DefaultSize}: the file system of {options.DataRoot} has no project quotas: "
                + "xfs has them when it is mounted with pquota, ext4 with the features quota and project when it is mounted with prjquota");
        }
    }

    /// <summary>What the writable layer may hold, in bytes; null for no limit but the disk's.</summary>
    /// <param name="given">Of the container.</param>
    /// <param name="otherwise">0 for none.</param>
    /// <param name="directory">Where the layer will be.</param>
    internal static long? SizeOf(Dictionary<string, string>? given, long otherwise, string directory)
    {
        var (unknown, size) = (default(string), default(string));
        foreach (var (name, value) in given ?? [])
        {
            (unknown, size) = name.Equals(Size, StringComparison.OrdinalIgnoreCase) ? (unknown, value) : (name, size);
        }

        if (size is not null && !ProjectQuotas.AreEnforced(directory))
        {
            throw new InternalException("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        }

        if (unknown is not null)
        {
            throw new InternalException($"Unknown option {unknown}");
        }

        return (size is null ? otherwise : Bytes(size)) is > 0 and var bytes ? bytes : null;
    }

    /// <exception cref="InvalidArgumentException">It is no size.</exception>
    internal static long Bytes(string text) =>
        ByteSize.TryParse(text, ByteSize.Memory, least: 0) ?? throw new InvalidArgumentException($"invalid size: '{text}'");
}
