using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images;

/// <summary>An image that is here, whole.</summary>
public sealed record Image
{
    /// <summary>The digest of the configuration.</summary>
    public required Digest Id { get; init; }

    public required ImageConfiguration Configuration { get; init; }

    /// <summary>The manifest whose content is in the store.</summary>
    public required Descriptor Target { get; init; }

    public required ImageManifest Manifest { get; init; }

    /// <summary>The stacks of layers, lowest first; the last is the root filesystem. Empty for an image without layers.</summary>
    public required IReadOnlyList<Digest> ChainIds { get; init; }

    /// <summary>The sum of the files' sizes in all layers, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>As users write them: <c>busybox:latest</c>. Empty for a dangling image.</summary>
    public required IReadOnlyList<string> RepoTags { get; init; }

    /// <summary>As users write them: <c>busybox@sha256:…</c>.</summary>
    public required IReadOnlyList<string> RepoDigests { get; init; }

    /// <summary>The indexes it is a part of; an image of another platform shares its names with the one of this machine's.</summary>
    public IReadOnlyList<Digest> Indexes { get; init; } = [];

    /// <summary>The image it was made of on this machine, while that is here.</summary>
    public Digest? Parent { get; init; }

    /// <summary>When it was last given a tag on this machine.</summary>
    public DateTimeOffset? LastTagged { get; init; }

    public IReadOnlyList<Digest> DiffIds => Configuration.RootFs.DiffIds;

    public ImageConfig Config => Configuration.Config ?? NoConfig;

    public DateTimeOffset? Created => Configuration.CreatedAt;

    public Platform Platform => Configuration.Platform;

    private static readonly ImageConfig NoConfig = new();
}

/// <summary>One step of an image's history, the newest first, as <c>docker history</c> lists it.</summary>
/// <param name="Id">The image's id at the newest step; null elsewhere (<c>&lt;missing&gt;</c>).</param>
/// <param name="Size">Bytes the step added.</param>
public sealed record ImageHistoryStep(Digest? Id, DateTimeOffset? Created, string CreatedBy, IReadOnlyList<string> Tags, long Size, string Comment);

/// <summary>One thing that the removal of an image did.</summary>
/// <param name="Untagged">The name that is gone, as the user writes it.</param>
/// <param name="Deleted">The image or layer that is gone.</param>
public sealed record ImageRemoval(string? Untagged, string? Deleted)
{
    public static ImageRemoval OfName(string name) => new(name, null);

    public static ImageRemoval Of(Digest digest) => new(null, digest.ToString());
}

/// <summary>Knows which containers were made from an image.</summary>
public interface IImageUsers
{
    IReadOnlyList<ImageUser> UsersOf(Digest imageId);
}

/// <param name="Id">The container's id.</param>
public sealed record ImageUser(string Id, bool Running);
