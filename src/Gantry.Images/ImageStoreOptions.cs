using Gantry.Images.Layers.Tar;
using Gantry.Images.Registry;
using Gantry.Linux.Files;

namespace Gantry.Images;

public sealed record ImageStoreOptions
{
    /// <summary>The data root: <c>content/</c>, <c>layers/</c> and <c>containers/</c> are beneath it.</summary>
    public required string DataRoot { get; init; }

    public RegistryOptions Registry { get; init; } = new();

    public int MaxConcurrentDownloads { get; init; } = 3;

    public int MaxConcurrentUploads { get; init; } = 5;

    /// <summary>By which the writable layers of containers are limited; shared with whoever else limits directories.</summary>
    public ProjectQuotas Quotas { get; init; } = new();

    public TarLimits Limits { get; init; } = TarLimits.Default;
}
