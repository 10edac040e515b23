using System.Globalization;
using System.Text;

namespace Gantry.Server.BuildKit.Grpc;

/// <summary>Messages in headers: what is not printable ASCII is percent-encoded (PROTOCOL-HTTP2.md of gRPC, "Responses").</summary>
internal static class GrpcText
{
    public static string Encode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var part in Encoding.UTF8.GetBytes(message))
        {
            if (part is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)part);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{part:X2}");
            }
        }

        return encoded.ToString();
    }

    public static string Decode(string message) => Uri.UnescapeDataString(message);

    /// <summary>Bytes in a header; padding is not sent.</summary>
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');
}
