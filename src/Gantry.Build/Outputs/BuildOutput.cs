using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Images.Compression;
using Gantry.Images.Layouts;
using Gantry.Spec;

namespace Gantry.Build.Outputs;

/// <summary>What is made of a build's result.</summary>
public abstract record BuildOutput
{
    /// <summary>The times in it; null for those that the build's arguments say.</summary>
    public DateTimeOffset? Epoch { get; init; }
}

/// <summary>One that is an image.</summary>
public abstract record ImageLikeOutput : BuildOutput
{
    public ImageAnnotations Annotations { get; init; } = ImageAnnotations.None;

    /// <summary>It leaves this machine: also what nobody asked to be said of it is (<see cref="Attestations.AttestationOptions.IsByTheWay"/>).</summary>
    public bool Leaves { get; init; }

    /// <summary>How its layers are written; null for as they are kept.</summary>
    public LayerEncoding? Encoding { get; init; }

    /// <summary>What is said of it points at it, as artifacts do (OCI manifest.md, "subject"); else it looks like an image.</summary>
    public bool HasArtifacts { get; init; }
}

/// <summary>An image of this daemon's.</summary>
/// <param name="Names">With their tags; without where it is pushed by its digest.</param>
/// <param name="Push">It is taken to the registries of its names.</param>
public sealed record ImageOutput(IReadOnlyList<ImageReference> Names, bool Push) : ImageLikeOutput
{
    /// <summary>The registries know it by its digest alone, and here it gets no tag.</summary>
    public bool IsByDigest { get; init; }

    /// <summary>It is also called by its digest here.</summary>
    public bool IsCanonical { get; init; }

    /// <summary>The registries may be spoken to without TLS.</summary>
    public bool IsInsecure { get; init; }
}

/// <summary>Something for a build that stands on this one, and for nobody else (<see cref="BuildOutcome.Held"/>).</summary>
public sealed record HeldOutput : BuildOutput;

/// <summary>An image that is not one of this daemon's.</summary>
/// <param name="Kind">As progress calls it: <c>oci image format</c>.</param>
public abstract record ImageFileOutput(string Kind, IReadOnlyList<ImageReference> Names) : ImageLikeOutput;

/// <summary>In a tar, which is an OCI layout and a docker archive at once.</summary>
public sealed record ArchiveOutput(string Kind, IReadOnlyList<ImageReference> Names, TakeArchive Take) : ImageFileOutput(Kind, Names);

/// <summary>Added to an OCI layout of the client, which is told what to name in it.</summary>
public sealed record LayoutOutput(string Kind, IReadOnlyList<ImageReference> Names, ILayoutTarget Layout) : ImageFileOutput(Kind, Names);

/// <summary>The files.</summary>
/// <param name="Name">As progress shows it: <c>exporting to client directory</c>.</param>
/// <param name="Take">Must be done with the trees when it returns.</param>
public sealed record TreeOutput(string Name, Func<IReadOnlyList<BuiltTree>, StepReport, CancellationToken, Task> Take) : BuildOutput
{
    /// <summary>What the names of files begin with that say what the others are.</summary>
    public string AttestationPrefix { get; init; } = "";

    /// <summary>The files of each platform have a directory of their own; null for where there are platforms.</summary>
    public bool? SplitsPlatforms { get; init; }
}

/// <param name="Directory">Where its files go: <c>linux_arm64</c>; empty for the top.</param>
public sealed record BuiltTree(string Directory, DirectoryTree Tree);

/// <summary>Takes an archive.</summary>
/// <param name="write">Writes it.</param>
public delegate Task TakeArchive(Func<Stream, CancellationToken, Task> write, StepReport report, CancellationToken cancellationToken);
