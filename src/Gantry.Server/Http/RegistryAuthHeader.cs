using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gantry.Spec.Engine;

namespace Gantry.Server.Http;

/// <summary><c>X-Registry-Auth</c>: JSON in base64url. As in Docker, one that cannot be read counts as none.</summary>
internal static class RegistryAuthHeader
{
    public const string Name = "X-Registry-Auth";

    public static AuthConfig? Of(ApiRequest request) => Parse(request.Http.Request.Headers[Name]);

    public static AuthConfig? Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        try
        {
            // Clients differ: base64 and base64url, padded and not.
            var json = Base64Url.DecodeFromChars(header.Replace('+', '-').Replace('/', '_').TrimEnd('='));
            return JsonSerializer.Deserialize(Encoding.UTF8.GetString(json), EngineJsonContext.Default.AuthConfig);
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            return null;
        }
    }
}
