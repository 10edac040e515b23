using Gantry.Images.Layers.Tar;
using Gantry.Linux.Files;

namespace Gantry.Images.Layers;

/// <summary>
/// Whiteouts in the form of tar (<c>.wh.name</c>; OCI layer.md, "Whiteouts") become those of overlayfs: a character
/// device 0/0 for a name, an extended attribute for a directory (kernel, filesystems/overlayfs, "whiteouts and opaque directories").
/// </summary>
internal sealed partial class LayerExtractor
{
    public const string OpaqueAttribute = "trusted.overlay.opaque";

    private void Whiteout(TarEntry entry, byte[] parentPath, byte[] name)
    {
        if (name.AsSpan().SequenceEqual(".wh..wh..opq"u8))
        {
            HideBeneath(entry, parentPath);
            return;
        }

        if (name.AsSpan().StartsWith(".wh..wh."u8))
        {
            // Bookkeeping of aufs, from which the format comes.
            return;
        }

        var target = name[".wh.".Length..];
        if (target is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
        {
            throw Invalid(entry, "a whiteout of nothing");
        }

        var parent = OpenOrMake(parentPath, entry);
        switch (parent.TryStat(target.AsSpan()))
        {
            case null:
                parent.Mknod(target.AsSpan(), FileKind.CharacterDevice, 0);
                break;
            case { Kind: FileKind.Directory }:
                // The directory of the layers beneath goes, the one of this layer stays.
                SetOpaque(parent, target);
                break;
        }
    }

    private void HideBeneath(TarEntry entry, byte[] path)
    {
        if (path.Length == 0)
        {
            HidesAll = true;
            return;
        }

        OpenOrMake(path, entry);
        root.SetXattr(path.AsSpan(), OpaqueAttribute, "y"u8);
    }

    private static void SetOpaque(RootedDirectory parent, byte[] name) => parent.SetXattr(name.AsSpan(), OpaqueAttribute, "y"u8);

    private static bool IsWhiteout(FileStatus? status) =>
        status is { Kind: FileKind.CharacterDevice, RawDevice: { Major: 0, Minor: 0 } };
}
