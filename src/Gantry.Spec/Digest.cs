using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec;

/// <summary>The identity of content, <c>algorithm:hex</c> (OCI image specification, descriptor.md, "Digests"). Algorithms: sha256 and sha512.</summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest : IComparable<Digest>
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private readonly string? text;

    private Digest(string text) => this.text = text;

    /// <summary>The default value: the identity of nothing.</summary>
    public bool IsEmpty => text is null;

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => text is null ? "" : text[..6];

    /// <summary>The encoded part: 64 or 128 lower-case hexadecimal digits.</summary>
    public string Hex => text is null ? "" : text[7..];

    /// <summary>The first 12 digits, as Docker shows an id.</summary>
    public string Short => text is null ? "" : text[7..19];

    public static Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new InvalidArgumentException($"invalid digest {text}: want sha256: and 64 lower-case hexadecimal digits, or sha512: and 128");

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length < 8)
        {
            return false;
        }

        var length = text.AsSpan(0, 7) switch { "sha256:" => 64, "sha512:" => 128, _ => -1 };
        if (text.Length - 7 != length || text.AsSpan(7).ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    public static Digest Sha256(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromHash(hash);
    }

    /// <summary>The digest of a finished hash of 32 (sha256) or 64 (sha512) bytes.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => hash.Length switch
    {
        SHA256.HashSizeInBytes => new Digest("sha256:" + Convert.ToHexStringLower(hash)),
        SHA512.HashSizeInBytes => new Digest("sha512:" + Convert.ToHexStringLower(hash)),
        _ => throw new ArgumentException($"a hash of {hash.Length} bytes is neither sha256 nor sha512", nameof(hash)),
    };

    /// <summary>The digest of other content, by the algorithm of this.</summary>
    public Digest HashLike(ReadOnlySpan<byte> content)
    {
        using var hash = CreateHash();
        hash.AppendData(content);
        return FromHash(hash.GetHashAndReset());
    }

    /// <summary>A hash of this digest's algorithm, to be fed the content.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    public int CompareTo(Digest other) => string.CompareOrdinal(text, other.text);

    public override string ToString() => text ?? "";

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}

internal sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return Digest.TryParse(text, out var digest) ? digest : throw new JsonException($"invalid digest {text}");
    }

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
