using Org.BouncyCastle.Crypto.Digests;

namespace Gantry.Spec;

/// <summary>
/// SHA-256 without OpenSSL, which a program loads in 8 ms before its first hash: for programs that live shorter than that and hash
/// little. Content goes through <see cref="Digest"/>.
/// </summary>
public sealed class LightSha256
{
    private readonly Sha256Digest _digest = new();

    public static string HashData(ReadOnlySpan<byte> data)
    {
        var hash = new LightSha256();
        hash.Append(data);
        return hash.Finish();
    }

    public void Append(ReadOnlySpan<byte> data) => _digest.BlockUpdate(data);

    /// <returns>64 hexadecimal digits.</returns>
    public string Finish()
    {
        Span<byte> hash = stackalloc byte[32];
        _digest.DoFinal(hash);
        return Convert.ToHexStringLower(hash);
    }
}
