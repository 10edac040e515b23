using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Hosts;

/// <summary>Docker's config.json: what of it this program uses. What it does not know is kept when it is written.</summary>
internal sealed class ConfigFile
{
    internal static readonly JsonWriterOptions Indented = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonElement _root;

    private ConfigFile(string path, JsonElement root) => (Path, _root) = (path, root);

    public string Path { get; }

    public string? DetachKeys => Text("detachKeys");

    public string? Text(string name) => _root.Text(name) is { Length: > 0 } text ? text : null;

    public static ConfigFile Read(string directory)
    {
        var path = System.IO.Path.Combine(directory, "config.json");
        try
        {
            return new ConfigFile(path, JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return new ConfigFile(path, default);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Error loading config file: {path}: {e.Message}", e);
        }
    }

    /// <summary>The program that keeps the credentials of a registry; null where this file does.</summary>
    public CredentialStore? StoreOf(string registry) =>
        _root.Text("credHelpers", Credentials.KeyOf(registry)) is { Length: > 0 } own ? new CredentialStore(own)
        : Text("credsStore") is { } all ? new CredentialStore(all)
        : null;

    /// <summary>True where the user wants credentials as Docker keeps them; among the settings of plug-ins, which Docker leaves alone when it writes.</summary>
    public bool KeepsPlainAuths => _root.Text("plugins", "gantry", "plaintextAuths") == "true";

    public Credentials? Find(string registry)
    {
        var key = Credentials.KeyOf(registry);
        if (StoreOf(registry)?.Get(key) is { } stored) return stored;
        foreach (var entry in Entries(key))
        {
            if (Credentials.FromEntry(entry.Value) is { } plain) return plain;
        }

        return Sealed.Find(key);
    }

    /// <summary>The X-Registry-Auth header for a registry; an empty one where nothing is known, as Docker sends it.</summary>
    public string RegistryAuth(string registry) =>
        Convert.ToBase64String(Credentials.ToAuthConfig(Find(registry), Credentials.KeyOf(registry))).Replace('+', '-').Replace('/', '_');

    /// <summary>Keeps credentials: with the registry's store, else encrypted beside this file, else in it.</summary>
    /// <param name="plain">As Docker keeps them without a store: for all to read who can read this file.</param>
    /// <returns>True where they are new in this file.</returns>
    public bool Put(string registry, Credentials credentials, bool plain)
    {
        var key = Credentials.KeyOf(registry);
        if (StoreOf(registry) is { } store)
        {
            store.Put(key, credentials);
            Write(auths => auths[key] = new JsonObject());
            return false;
        }

        if (!plain)
        {
            Sealed.Put(key, credentials);
            ErasePlain(key);
            return false;
        }

        var known = Entries(key).Any(e => Credentials.FromEntry(e.Value) == credentials);
        var entry = new JsonObject { ["auth"] = credentials.ToEntry() };
        if (credentials.IdentityToken.Length > 0) entry["identitytoken"] = credentials.IdentityToken;
        Write(auths => auths[key] = entry);
        Sealed.Erase(key);
        return !known;
    }

    public void Erase(string registry)
    {
        var key = Credentials.KeyOf(registry);
        StoreOf(registry)?.Erase(key);
        ErasePlain(key);
        Sealed.Erase(key);
    }

    private SealedCredentials Sealed => field ??= new SealedCredentials(System.IO.Path.GetDirectoryName(Path)!);

    private IEnumerable<JsonProperty> Entries(string key) =>
        _root.Members("auths").Where(e => e.Name == key || Credentials.HostOf(e.Name) == Credentials.HostOf(key));

    private void ErasePlain(string key)
    {
        var names = Entries(key).Select(e => e.Name).ToList();
        if (names.Count > 0) Write(auths => names.ForEach(n => auths.Remove(n)));
    }

    private void Write(Action<JsonObject> change)
    {
        var root = _root.ValueKind == JsonValueKind.Object ? JsonObject.Create(_root)! : [];
        if (root["auths"] is not JsonObject auths) root["auths"] = auths = [];
        change(auths);
        PrivateFile.Replace(Path, file =>
        {
            using var writer = new Utf8JsonWriter(file, Indented);
            root.WriteTo(writer);
        });
    }
}
