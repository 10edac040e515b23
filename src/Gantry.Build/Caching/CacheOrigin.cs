using Gantry.Images.Compression;
using Gantry.Images.Layouts;
using Gantry.Spec;

namespace Gantry.Build.Caching;

/// <summary>Where steps that were done elsewhere are looked up (<c>--cache-from</c>).</summary>
/// <param name="Name">For messages.</param>
public abstract record CacheOrigin(string Name);

/// <summary>A cache of its own at a registry, or an image that says of which steps its layers came.</summary>
public sealed record RegistryCacheOrigin(ImageReference Reference) : CacheOrigin(Reference.Familiar);

/// <summary>
/// An image that is here, as the classic builder takes it: nothing is known but the steps that such images stand on. One that
/// is not here is passed over.
/// </summary>
/// <param name="Name">Or the id.</param>
public sealed record ImageCacheOrigin(string Name) : CacheOrigin(Name);

/// <summary>An OCI layout of the client.</summary>
/// <param name="Place">The layout's name.</param>
/// <param name="Tag">Which of its manifests.</param>
/// <param name="Digest">The manifest; null where the layout is asked for the tag's.</param>
public sealed record LayoutCacheOrigin(string Name, string Place, string Tag, Digest? Digest) : CacheOrigin(Name);

/// <summary>Where the steps of a build are kept for builds elsewhere (<c>--cache-to</c>).</summary>
public abstract record CacheDestination
{
    /// <summary>Also of stages that the image has no layers of (<c>mode=max</c>).</summary>
    public bool OfAllStages { get; init; }

    /// <summary>With what is in the cache mounts that its steps used.</summary>
    public bool WithMounts { get; init; }

    /// <summary>How its layers are written; null for as the place has them.</summary>
    public LayerEncoding? Encoding { get; init; }

    /// <summary>The build is done also where it cannot be written.</summary>
    public bool MayFail { get; init; }
}

/// <param name="Reference">With its tag.</param>
public sealed record RegistryCacheDestination(ImageReference Reference) : CacheDestination;

/// <summary>An OCI layout of the client, which is told what to name in it.</summary>
public sealed record LayoutCacheDestination(ILayoutTarget Layout) : CacheDestination;

/// <summary>An OCI layout, as a tar.</summary>
/// <param name="Take">Is given what writes it.</param>
public sealed record ArchiveCacheDestination(string Tag, Outputs.TakeArchive Take) : CacheDestination;
