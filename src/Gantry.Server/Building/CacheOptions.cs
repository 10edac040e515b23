using Gantry.Build.Caching;
using Gantry.Images.Layouts;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>A <c>--cache-from</c> or <c>--cache-to</c> as clients write it: <c>type=registry,ref=…</c>, or the name of an image alone.</summary>
internal sealed record CacheOptions(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The client's directory, as a context or by the name under which it takes an archive.</summary>
    public const string ClientKey = "gantry.id";
    private const string IgnoreError = "ignore-error";
    private static readonly string[] Known = ["ref", "mode", "src", "dest", "tag", "mounts", IgnoreError, .. EncodingOptions.Keys, ClientKey];

    /// <summary>Begins the name that a session gives to a layout of a cache.</summary>
    public const string SessionPrefix = "local:";

    /// <summary>What is so in any case: it may be said, and not be denied.</summary>
    private static readonly KeyValuePair<string, string>[] Given = [new("oci-mediatypes", "true"), new("image-manifest", "true")];

    public static CacheOptions Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return new("registry", new Dictionary<string, string> { ["ref"] = text });
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = field.Split('=', 2) is [var left, var right] ? (left, right) : throw new InvalidArgumentException($"invalid cache option {text}: {field} is no key=value");
            attributes[name.ToLowerInvariant()] = value;
        }

        attributes.Remove("type", out var type);
        return new(type ?? throw new InvalidArgumentException($"invalid cache option {text}: it has no type"), attributes);
    }

    /// <summary>Where it is looked up; null where there is nothing to look into.</summary>
    public CacheOrigin? Origin()
    {
        Verify();
        return Type switch
        {
            "inline" => null,
            "registry" => new RegistryCacheOrigin(Reference),
            "local" when Attributes.GetValueOrDefault(ClientKey) is { } id => new LayoutCacheOrigin(Source ?? "the client's directory", id, Tag, null),
            "local" when Source is { } source && Attributes.GetValueOrDefault("digest") is { } digest => new LayoutCacheOrigin(source, SessionPrefix + source, Tag, Digest.Parse(digest)),
            _ => throw Unsupported(),
        };
    }

    /// <summary>Where it goes; null for into the image.</summary>
    /// <param name="streams">Where the client takes archives; null where it does not.</param>
    /// <param name="layouts">Finds a layout that the client keeps; null where it keeps none.</param>
    public CacheDestination? Destination(ClientStreams? streams, Func<string, ILayoutTarget>? layouts = null)
    {
        Verify();
        CacheDestination? destination = Type switch
        {
            "inline" => null,
            "registry" => new RegistryCacheDestination(Reference),
            "local" when streams is not null && Attributes.GetValueOrDefault(ClientKey) is { } id => new ArchiveCacheDestination(Tag, streams.To(id)),
            "local" when layouts is not null && Attributes.GetValueOrDefault("dest") is { } directory => new LayoutCacheDestination(layouts(SessionPrefix + directory)),
            _ => throw Unsupported(),
        };
        return destination is null ? null : destination with
        {
            OfAllStages = IsMax,
            WithMounts = OptionFlag.Of(Attributes, "mounts", absent: false),
            Encoding = EncodingOptions.Parse(Attributes),
            MayFail = OptionFlag.Of(Attributes, IgnoreError, absent: false),
        };
    }

    private string? Source => Attributes.GetValueOrDefault("src");

    private bool IsMax => Attributes.GetValueOrDefault("mode") switch
    {
        null or "min" => false,
        "max" => true,
        var other => throw new InvalidArgumentException($"invalid cache mode {other}: it must be min or max"),
    };

    private string Tag => Attributes.GetValueOrDefault("tag") is { Length: > 0 } tag ? tag : "latest";

    private ImageReference Reference => ImageReference.Parse(Attributes.GetValueOrDefault("ref") ?? throw new InvalidArgumentException("a cache of type=registry needs ref=")).WithDefaultTag();

    private void Verify()
    {
        if (Attributes.FirstOrDefault(attribute => !Known.Contains(attribute.Key) && !Given.Contains(attribute) && !(Type == "local" && attribute.Key == "digest")) is { Key: { } unknown } attribute)
        {
            throw new UnsupportedException($"gantry does not support {unknown}={attribute.Value} of a cache of type={Type}");
        }
    }

    private UnsupportedException Unsupported() => new($"gantry does not support a cache of type={Type} here: it can be registry{(Type == "local" ? "" : ", local")} or inline");
}
