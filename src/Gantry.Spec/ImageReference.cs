using System.Buffers;

namespace Gantry.Spec;

/// <summary>
/// The name of an image with an optional tag and digest, normalised as Docker does: <c>busybox</c> is
/// <c>docker.io/library/busybox</c>, and the first component is a registry only if it holds <c>.</c> or <c>:</c>,
/// is <c>localhost</c>, or has an upper-case letter.
/// </summary>
/// <remarks>Grammar: distribution specification, "Pulling manifests"; the split of the domain is Docker's.</remarks>
public readonly record struct ImageReference
{
    public const string DefaultDomain = "docker.io";
    public const string DefaultTag = "latest";
    private const string LegacyDefaultDomain = "index.docker.io";
    private const string OfficialPrefix = "library/";
    private const int NameLimit = 255;
    private const int TagLimit = 128;
    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private ImageReference(string domain, string path, string? tag, Digest? digest)
    {
        Domain = domain;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry's host and port: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public string Domain { get; }

    /// <summary>The repository on that registry: <c>library/busybox</c>.</summary>
    public string Path { get; }

    public string? Tag { get; }

    public Digest? Digest { get; }

    /// <summary>Domain and path, without tag or digest.</summary>
    public string Name => $"{Domain}/{Path}";

    public bool IsNameOnly => Tag is null && Digest is null;

    /// <summary>The name as a user writes it: <c>busybox</c>, <c>localhost:5000/a/b</c>.</summary>
    public string FamiliarName => Domain != DefaultDomain ? Name
        : Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Path.AsSpan(OfficialPrefix.Length).IndexOf('/') < 0 ? Path[OfficialPrefix.Length..]
        : Path;

    /// <summary>The reference as a user writes it, with its tag and digest.</summary>
    public string Familiar => Suffixed(FamiliarName);

    public static ImageReference Parse(string text)
    {
        var error = Read(text, out var reference);
        return error is null ? reference : throw new InvalidArgumentException(error);
    }

    public static bool TryParse(string text, out ImageReference reference) => Read(text, out reference) is null;

    public ImageReference WithTag(string tag) => IsTag(tag)
        ? new(Domain, Path, tag, Digest)
        : throw new InvalidArgumentException($"invalid tag format: {tag}");

    public ImageReference WithDigest(Digest digest) => new(Domain, Path, Tag, digest);

    /// <summary>The reference without tag and digest.</summary>
    public ImageReference NameOnly() => new(Domain, Path, null, null);

    /// <summary>Adds <c>:latest</c> where neither a tag nor a digest is given.</summary>
    public ImageReference WithDefaultTag() => IsNameOnly ? new(Domain, Path, DefaultTag, null) : this;

    public override string ToString() => Domain is null ? "" : Suffixed(Name);

    public static bool IsTag(ReadOnlySpan<char> tag) =>
        tag.Length is > 0 and <= TagLimit && tag[0] is not ('.' or '-') && !tag.ContainsAnyExcept(TagCharacters);

    private string Suffixed(string name) => name + (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    private static string? Read(string text, out ImageReference reference)
    {
        const string Invalid = "invalid reference format";
        reference = default;
        if (string.IsNullOrEmpty(text))
        {
            return Invalid;
        }

        if (text.Length == 64 && !text.AsSpan().ContainsAnyExcept(LowerHex))
        {
            return $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
        }

        Digest? digest = null;
        var rest = text;
        if (text.IndexOf('@') is >= 0 and var at)
        {
            if (!Spec.Digest.TryParse(text[(at + 1)..], out var parsed))
            {
                return Invalid;
            }

            (digest, rest) = (parsed, text[..at]);
        }

        var (domain, remainder) = SplitDomain(rest);
        string? tag = null;
        if (remainder.IndexOf(':') is >= 0 and var colon)
        {
            (tag, remainder) = (remainder[(colon + 1)..], remainder[..colon]);
        }

        if (remainder.Any(char.IsAsciiLetterUpper))
        {
            return $"{Invalid}: repository name ({remainder}) must be lowercase";
        }

        if ((tag is not null && !IsTag(tag)) || !IsDomain(domain) || !IsPath(remainder))
        {
            return Invalid;
        }

        if (remainder.Length > NameLimit)
        {
            return $"{Invalid}: repository name must not be more than {NameLimit} characters";
        }

        reference = new(domain, remainder, tag, digest);
        return null;
    }

    private static (string Domain, string Remainder) SplitDomain(string name)
    {
        var slash = name.IndexOf('/');
        var first = slash < 0 ? "" : name[..slash];
        var isDomain = slash >= 0 && (first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper));
        var (domain, remainder) = isDomain ? (first, name[(slash + 1)..]) : (DefaultDomain, name);
        if (domain == LegacyDefaultDomain)
        {
            domain = DefaultDomain;
        }

        return domain == DefaultDomain && !remainder.Contains('/') ? (domain, OfficialPrefix + remainder) : (domain, remainder);
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var host = domain;
        if (domain.StartsWith("["))
        {
            var end = domain.IndexOf(']');
            if (end < 2 || domain[1..end].ContainsAnyExcept("0123456789abcdefABCDEF:.".AsSpan()))
            {
                return false;
            }

            return end + 1 == domain.Length || (domain[end + 1] == ':' && IsPort(domain[(end + 2)..]));
        }

        if (domain.LastIndexOf(':') is >= 0 and var colon)
        {
            if (!IsPort(domain[(colon + 1)..]))
            {
                return false;
            }

            host = domain[..colon];
        }

        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var character in label)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> port) => !port.IsEmpty && !port.ContainsAnyExceptInRange('0', '9');

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            if (!IsPathComponent(path[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*</c></summary>
    private static bool IsPathComponent(ReadOnlySpan<char> component)
    {
        while (true)
        {
            var word = component.IndexOfAnyExcept(Alphanumeric);
            if (word < 0)
            {
                return !component.IsEmpty;
            }

            component = component[word..];
            var separator = component.IndexOfAny(Alphanumeric);
            var allowed = word > 0 && separator > 0 && component[..separator] switch
            {
                "." or "_" or "__" => true,
                var other => !other.ContainsAnyExcept('-'),
            };
            if (!allowed)
            {
                return false;
            }

            component = component[separator..];
        }
    }
}
