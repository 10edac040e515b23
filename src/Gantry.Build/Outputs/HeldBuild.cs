using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Outputs;

/// <summary>A build's result that lasts until it is disposed, for a build that stands on it. Its image, which no list shows and no name leads to, is made when one does.</summary>
public sealed class HeldBuild : IDisposable
{
    private readonly ContentLease lease;
    private readonly BuildHold layers;
    private readonly Lazy<Task<Image>> image;

    /// <param name="lease">Holds what the image stands on; owned by this.</param>
    /// <param name="layers">Holds those of the build; owned by this.</param>
    /// <param name="make">Makes the image, held by the lease.</param>
    /// <param name="configuration">Of the image, without layers.</param>
    internal HeldBuild(ContentLease lease, BuildHold layers, Platform platform, ImageConfiguration configuration, Func<ContentLease, Task<Image>> make)
    {
        (this.lease, this.layers, Platform, Configuration) = (lease, layers, platform, configuration);
        image = new(() => Task.Run(() => make(lease)));
    }

    /// <summary>What it was built for.</summary>
    public Platform Platform { get; }

    /// <summary>What the image will say of itself, but for its layers.</summary>
    public ImageConfiguration Configuration { get; }

    /// <param name="other">Holds it too.</param>
    public async Task<Image> ImageAsync(ContentLease other)
    {
        var made = await image.Value.ConfigureAwait(false);
        Hold(made, other);
        return made;
    }

    internal static void Hold(Image image, ContentLease lease)
    {
        foreach (var digest in image.ChainIds.Concat(image.Manifest.Layers.Select(layer => layer.Digest)).Append(image.Id).Append(image.Target.Digest))
        {
            lease.Hold(digest);
        }
    }

    public void Dispose() => _ = ReleaseAsync();

    /// <summary>What is being made just now needs them to its end.</summary>
    private async Task ReleaseAsync()
    {
        if (image.IsValueCreated)
        {
            await ((Task)image.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lease.Dispose();
        layers.Dispose();
    }
}
