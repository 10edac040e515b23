using Gantry.Build;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Images.Compression;
using Gantry.Images.Layouts;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>One thing that is to be made of a build's result, as clients write it: <c>type=oci,dest=…</c>.</summary>
/// <param name="Attributes">By their names in Docker's documentation of exporters.</param>
internal sealed record OutputOptions(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly string[] Known =
    [
        "name", "push", "push-by-digest", "name-canonical", "registry.insecure", "dest", .. EncodingOptions.Keys, "rewrite-timestamp", SourceDateEpoch, "oci-artifact", AttestationPrefix,
        "platform-split", PreferDigest, Unpack,
    ];

    /// <summary>It concerns what the client makes of the answer.</summary>
    private const string PreferDigest = "prefer-image-digest";

    /// <summary>Layers are directories here in any case.</summary>
    private const string Unpack = "unpack";

    private const string AttestationPrefix = "attestation-prefix";
    private const string SourceDateEpoch = "source-date-epoch";

    /// <summary>What is so in any case: it may be said, and not be denied.</summary>
    private static readonly string[] Given = ["load", "oci-mediatypes", "store"];

    public bool RewritesTimestamps => Flag("rewrite-timestamp", false);

    public bool Pushes => Type == "registry" || Flag("push", false);

    /// <summary>The names that images get.</summary>
    public IReadOnlyList<ImageReference> Names => [.. (Attributes.GetValueOrDefault("name") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Name)];

    /// <summary>A name that an image gets.</summary>
    public ImageReference Name(string text) => IsByDigest ? ImageName.OfPushByDigest(text) : ImageName.OfBuild(text);

    /// <summary>An image of this daemon's.</summary>
    public ImageOutput Image(IReadOnlyList<ImageReference> names)
    {
        return new(names, Pushes)
        {
            IsByDigest = IsByDigest,
            IsCanonical = Flag("name-canonical", false),
            IsInsecure = Flag("registry.insecure", false),
            Annotations = Annotations,
            Leaves = Pushes,
            Encoding = Encoding,
            HasArtifacts = HasArtifacts,
            Epoch = Epoch,
        };
    }

    public ArchiveOutput Archive(IReadOnlyList<ImageReference> names, TakeArchive take) => File(new ArchiveOutput(Kind, names, take));

    public LayoutOutput Layout(IReadOnlyList<ImageReference> names, ILayoutTarget layout) => File(new LayoutOutput(Kind, names, layout));

    public TreeOutput Tree(Func<IReadOnlyList<BuiltTree>, StepReport, CancellationToken, Task> take) => new(Type == "tar" ? "exporting to client tarball" : "exporting to client directory", take)
    {
        Epoch = Epoch,
        AttestationPrefix = Attributes.GetValueOrDefault(AttestationPrefix) ?? "",
        SplitsPlatforms = Attributes.ContainsKey("platform-split") ? Flag("platform-split", true) : null,
    };

    /// <summary>Layers of an archive are compressed as BuildKit does where nobody says otherwise; of the daemon's images they are at their push.</summary>
    private LayerEncoding? Encoding => EncodingOptions.Parse(Attributes) ?? (IsArchive ? LayerEncoding.Usual : null);

    private DateTimeOffset? Epoch => BuildRequest.ParseEpoch(SourceDateEpoch, Attributes.GetValueOrDefault(SourceDateEpoch));

    private bool HasArtifacts => Flag("oci-artifact", false);

    private bool IsByDigest => Flag("push-by-digest", false);

    /// <summary>Of the manifests and the index.</summary>
    private ImageAnnotations Annotations => new([.. Attributes.Select(attribute => AnnotationKey.Parse(attribute.Key, attribute.Value)).OfType<ImageAnnotation>()]);

    /// <summary>Says so of what would not be done.</summary>
    public OutputOptions Verify()
    {
        if (Type is not ("image" or "registry" or "moby" or "docker" or "oci" or "local" or "tar") && !IsNothing)
        {
            throw new InvalidArgumentException($"unknown output type {Type}: it must be local, tar, oci, docker, image, registry or cacheonly");
        }

        // What cannot be read of them is told before anything is built.
        _ = (Encoding, Epoch, HasArtifacts);
        if (Attributes.GetValueOrDefault(AttestationPrefix) is { } prefix && prefix.Contains('/', StringComparison.Ordinal))
        {
            throw new InvalidArgumentException($"invalid value \"{prefix}\" of {AttestationPrefix}: it must not contain a slash");
        }

        foreach (var (key, value) in Attributes)
        {
            if (AnnotationKey.Parse(key, value) is not null && IsImage)
            {
                continue;
            }

            if (!Known.Contains(key) && key != CacheOptions.ClientKey && !(Given.Contains(key) && Flag(key, true)) && !(IsArchive && key == "tar"))
            {
                throw new UnsupportedException($"gantry does not support {key}={value} of the output type={Type}");
            }
        }

        return this;
    }

    /// <summary>What was built stays in the cache.</summary>
    public bool IsNothing => Type == "cacheonly";

    private T File<T>(T output)
        where T : ImageFileOutput => output with { Annotations = Annotations, Leaves = Type == "oci", Encoding = Encoding, HasArtifacts = HasArtifacts, Epoch = Epoch };

    private bool IsImage => Type is "image" or "registry" or "moby" || IsArchive;

    private bool IsArchive => Type is "oci" or "docker";

    /// <summary>An archive is the files of a layout instead.</summary>
    public bool IsLayout => IsArchive && !Flag("tar", true);

    /// <summary>How progress calls an archive.</summary>
    private string Kind => Type == "oci" ? "oci image format" : "docker image format";

    private bool Flag(string name, bool absent) => OptionFlag.Of(Attributes, name, absent);
}
