using Gantry.Engine.Containers;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Engine.Images;

/// <summary>Tells the image store which containers were made from an image.</summary>
internal sealed class ContainerImageUsers(ContainerStore containers) : IImageUsers
{
    public IReadOnlyList<ImageUser> UsersOf(Digest imageId)
    {
        var id = imageId.ToString();
        return [.. containers.All().Where(container => container.Record.ImageId == id || container.Record.Mounts.Any(mount => mount.ImageId == id)).Select(container => new ImageUser(container.Id, container.Record.State.Running))];
    }
}
