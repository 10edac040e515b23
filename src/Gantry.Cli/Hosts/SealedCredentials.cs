using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Hosts;

/// <summary>
/// Credentials encrypted with AES-GCM in <c>gantry-auths.json</c>, with a key of their own in <c>gantry-auths.key</c>: neither file
/// alone tells a password. Docker's command line knows nothing of them.
/// </summary>
internal sealed class SealedCredentials(string directory)
{
    private const int KeyLength = 32;
    private readonly string _path = Path.Combine(directory, "gantry-auths.json");
    private readonly string _keyPath = Path.Combine(directory, "gantry-auths.key");

    public Credentials? Find(string server)
    {
        try
        {
            if (Read()[server]?.GetValue<string>() is not { } text) return null;
            using var json = JsonDocument.Parse(Open(Convert.FromBase64String(text), server));
            return new(json.RootElement.Text("username"), json.RootElement.Text("password"), json.RootElement.Text("identitytoken"));
        }
        catch (UnauthorizedAccessException)
        {
            // As with Docker's own file: who may not read it has none.
            return null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or JsonException or FileNotFoundException)
        {
            throw new CommandLineException($"the credentials for {server} in {_path} cannot be read with the key in {_keyPath}: log out from {server} and in again");
        }
    }

    public IEnumerable<string> Servers => Read().Select(entry => entry.Key);

    public void Put(string server, Credentials credentials)
    {
        var entries = Read();
        entries[server] = Convert.ToBase64String(Seal(Credentials.ToAuthConfig(credentials, server), server));
        Write(entries);
    }

    public void Erase(string server)
    {
        var entries = Read();
        if (entries.Remove(server)) Write(entries);
    }

    /// <summary>Nonce, what is sealed, and tag; the server belongs to what is authenticated, so that no entry passes for another's.</summary>
    private byte[] Seal(byte[] plain, string server)
    {
        var whole = new byte[AesGcm.NonceByteSizes.MaxSize + plain.Length + AesGcm.TagByteSizes.MaxSize];
        var (nonce, cipher, tag) = Parts(whole);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(Key(create: true), AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span, Encoding.UTF8.GetBytes(server));
        return whole;
    }

    private byte[] Open(byte[] whole, string server)
    {
        var (nonce, cipher, tag) = Parts(whole);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(Key(create: false), AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain, Encoding.UTF8.GetBytes(server));
        return plain;
    }

    private static (Memory<byte> Nonce, Memory<byte> Cipher, Memory<byte> Tag) Parts(Memory<byte> whole)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        return whole.Length >= nonce + tag
            ? (whole[..nonce], whole[nonce..^tag], whole[^tag..])
            : throw new FormatException("too short");
    }

    private byte[] Key(bool create)
    {
        if (create && !File.Exists(_keyPath))
        {
            Directory.CreateDirectory(directory, PrivateFile.OwnerOnly | UnixFileMode.UserExecute);
            var temporary = $"{_keyPath}.{Environment.ProcessId}";
            using (var file = PrivateFile.Create(temporary))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeyLength));
            }

            try
            {
                File.Move(temporary, _keyPath);
            }
            catch (IOException) when (File.Exists(_keyPath))
            {
                // Another login was first.
                File.Delete(temporary);
            }
        }

        return File.ReadAllBytes(_keyPath);
    }

    private JsonObject Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(_path))?["auths"]?.AsObject().DeepClone().AsObject() ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CommandLineException($"{_path} is damaged: {e.Message}");
        }
    }

    private void Write(JsonObject entries) => PrivateFile.Replace(_path, file =>
    {
        using var writer = new Utf8JsonWriter(file, ConfigFile.Indented);
        new JsonObject { ["auths"] = entries }.WriteTo(writer);
    });
}
