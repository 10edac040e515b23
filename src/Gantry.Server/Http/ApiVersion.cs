using System.Buffers;
using System.Globalization;
using Gantry.Spec;

namespace Gantry.Server.Http;

/// <summary>A version of the Engine API, <c>major.minor</c>.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.");

    public static ApiVersion Newest { get; } = new(1, 50);

    public static ApiVersion Oldest { get; } = new(1, 24);

    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Whether this version is older than 1.<paramref name="minor"/>.</summary>
    public bool IsBefore(int minor) => this < new ApiVersion(1, minor);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Splits <c>/v1.43/containers/json</c> into version and rest; a path without a version means the newest.</summary>
    /// <exception cref="OldClientException">The version is from before those we speak.</exception>
    /// <exception cref="InvalidArgumentException">The version is from after them.</exception>
    public static ApiVersion TakeFrom(ref ReadOnlySpan<char> path)
    {
        if (!path.StartsWith("/v"))
        {
            return Newest;
        }

        var rest = path[2..];
        var end = rest.IndexOf('/');
        if (end <= 0 || rest[..end].ContainsAnyExcept(VersionCharacters))
        {
            return Newest;
        }

        var text = rest[..end];
        var version = Parse(text);
        if (version < Oldest)
        {
            throw new OldClientException(
                $"client version {text} is too old. Minimum supported API version is {Oldest}, please upgrade your client to a newer version");
        }

        if (version > Newest)
        {
            throw new InvalidArgumentException($"client version {text} is too new. Maximum supported API version is {Newest}");
        }

        path = rest[end..];
        return version;
    }

    private static ApiVersion Parse(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var major = dot < 0 ? text : text[..dot];
        var minor = dot < 0 ? "0" : text[(dot + 1)..];
        return int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
            ? new ApiVersion(a, b)
            : throw new InvalidArgumentException($"\"{text}\" is not an API version");
    }
}
