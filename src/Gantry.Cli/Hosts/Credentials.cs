using System.Text;
using System.Text.Json;

namespace Gantry.Cli.Hosts;

/// <summary>What is known for one registry: a name with a password, or an identity token.</summary>
internal sealed record Credentials(string Username, string Password, string IdentityToken)
{
    public const string HubServer = "https://index.docker.io/v1/";

    /// <summary>The key of a registry in config.json and in credential stores.</summary>
    public static string KeyOf(string registry) => registry is "docker.io" or "index.docker.io" or HubServer ? HubServer : HostOf(registry);

    /// <summary>The host and port in an address of any form.</summary>
    public static string HostOf(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? address : address[(start + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }

    /// <summary>The body of POST /auth, and in base64url the header X-Registry-Auth.</summary>
    public static byte[] ToAuthConfig(Credentials? credentials, string server)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (credentials is not null)
            {
                if (credentials.Username.Length > 0) writer.WriteString("username", credentials.Username);
                if (credentials.Password.Length > 0) writer.WriteString("password", credentials.Password);
                if (credentials.IdentityToken.Length > 0) writer.WriteString("identitytoken", credentials.IdentityToken);
                writer.WriteString("serveraddress", server);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An entry of <c>auths</c>: base64 of <c>name:password</c>, or a token; null for one that holds neither.</summary>
    public static Credentials? FromEntry(JsonElement entry)
    {
        var token = entry.Text("identitytoken");
        if (entry.Text("auth") is not { Length: > 0 } text) return token.Length > 0 ? new("", "", token) : null;
        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(text)).TrimEnd('\0').Split(':', 2);
            return new(pair[0], pair.Length > 1 ? pair[1] : "", token);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"an entry of auths in config.json is not base64: {e.Message}", e);
        }
    }

    public string ToEntry() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
}
