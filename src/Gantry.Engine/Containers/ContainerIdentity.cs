using System.Security.Cryptography;

namespace Gantry.Engine.Containers;

/// <summary>Container and exec ids: 64 lower-case hexadecimal digits.</summary>
internal static class ContainerIdentity
{
    public const int Length = 64;
    public const int ShortLength = 12;

    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Length / 2];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var id = Convert.ToHexStringLower(bytes);
            // The short id becomes the host name, which must not look like a number (Docker does the same).
            if (!ulong.TryParse(id.AsSpan(0, ShortLength), out _))
            {
                return id;
            }
        }
    }

    public static string Short(string id) => id.Length > ShortLength ? id[..ShortLength] : id;
}
