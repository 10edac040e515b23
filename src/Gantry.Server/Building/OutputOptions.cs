using Gantry.Build.Outputs;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>One thing that is to be made of a build's result, as clients write it: <c>type=oci,dest=…</c>.</summary>
/// <param name="Attributes">By their names in Docker's documentation of exporters.</param>
internal sealed record OutputOptions(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly string[] Known = ["name", "push", "dest", "compression", "rewrite-timestamp"];

    /// <summary>What is so in any case: it may be said, and not be denied.</summary>
    private static readonly string[] Given = ["load", "oci-mediatypes", "platform-split", "unpack", "store"];

    public bool RewritesTimestamps => Flag("rewrite-timestamp", false);

    /// <summary>The names that images get.</summary>
    public IReadOnlyList<ImageReference> Names =>
        [.. (Attributes.GetValueOrDefault("name") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ImageName.OfBuild)];

    public bool Pushes => Type == "registry" || Flag("push", false);

    /// <summary>Of the manifests and the index.</summary>
    public ImageAnnotations Annotations => new([.. Attributes.Select(attribute => AnnotationKey.Parse(attribute.Key, attribute.Value)).OfType<ImageAnnotation>()]);

    /// <summary>Layers of an archive are compressed as BuildKit does where nobody says otherwise; of the daemon's images they are at their push.</summary>
    public bool Compresses => IsArchive && Attributes.GetValueOrDefault("compression") != "uncompressed";

    /// <summary>Says so of what would not be done.</summary>
    public OutputOptions Verify()
    {
        if (Type is not ("image" or "registry" or "moby" or "docker" or "oci" or "local" or "tar") && !IsNothing)
        {
            throw new InvalidArgumentException($"unknown output type {Type}: it must be local, tar, oci, docker, image, registry or cacheonly");
        }

        foreach (var (key, value) in Attributes)
        {
            if (key == "compression" && value is not "gzip" && !(IsArchive && value == "uncompressed"))
            {
                throw new UnsupportedException($"gantry does not write the compression {value} for type={Type}: it writes {(IsArchive ? "gzip and uncompressed" : "gzip, at the push")}");
            }

            if (AnnotationKey.Parse(key, value) is not null && IsImage)
            {
                continue;
            }

            if (!Known.Contains(key) && key != CacheOptions.ClientKey && !(Given.Contains(key) && Flag(key, true)) && !(IsArchive && key == "tar") && (key, value) is not ("source-date-epoch", ""))
            {
                throw new UnsupportedException($"gantry does not support {key}={value} of the output type={Type}");
            }
        }

        return this;
    }

    /// <summary>What was built stays in the cache.</summary>
    public bool IsNothing => Type == "cacheonly";

    private bool IsImage => Type is "image" or "registry" or "moby" || IsArchive;

    private bool IsArchive => Type is "oci" or "docker";

    /// <summary>An archive is the files of a layout instead.</summary>
    public bool IsLayout => IsArchive && !Flag("tar", true);

    /// <summary>How progress calls an archive.</summary>
    public string Kind => Type == "oci" ? "oci image format" : "docker image format";

    private bool Flag(string name, bool absent) => Attributes.GetValueOrDefault(name) switch
    {
        null => absent,
        "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        var other => throw new InvalidArgumentException($"invalid value \"{other}\" of {name}: it must be true or false"),
    };
}
