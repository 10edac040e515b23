using Gantry.Linux.Mounts;

namespace Gantry.Engine.Volumes;

/// <summary>Keeps volumes. Failures are <see cref="Gantry.Spec.GantryException"/>s.</summary>
internal interface IVolumeDriver
{
    string Name { get; }

    /// <summary><c>local</c>, or <c>global</c> where other machines see the same volumes.</summary>
    string Scope { get; }

    /// <summary>Checks the options and makes the volume. May be repeated.</summary>
    void Create(VolumeRecord volume);

    /// <summary>Removes the volume with its content. Nothing there is no failure.</summary>
    void Remove(VolumeRecord volume);

    /// <summary>Where its files are on the host; empty where that is known only while it is used.</summary>
    string Mountpoint(VolumeRecord volume);

    /// <summary>Makes the volume's files reachable for a user.</summary>
    /// <param name="user">A container's id; the same for <see cref="Unmount"/>.</param>
    VolumeSource Mount(VolumeRecord volume, string user);

    /// <summary>The user is gone. Also called where <see cref="Mount"/> was not.</summary>
    void Unmount(VolumeRecord volume, string user);

    /// <summary>What the driver says of the volume.</summary>
    Dictionary<string, string>? Status(VolumeRecord volume);
}

/// <summary>Where a volume's files are.</summary>
/// <param name="Path">A directory of the host; empty for a mount that is attached nowhere.</param>
/// <param name="Mount">That mount, to be disposed.</param>
internal sealed record VolumeSource(string Path, DetachedMount? Mount = null);
