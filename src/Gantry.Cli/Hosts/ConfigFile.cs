using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Hosts;

/// <summary>Docker's config.json: what of it this program uses. What it does not know is kept when it is written.</summary>
internal sealed class ConfigFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
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

    public Credentials? Find(string registry)
    {
        var key = Credentials.KeyOf(registry);
        if (StoreOf(registry)?.Get(key) is { } stored) return stored;
        foreach (var entry in _root.Members("auths"))
        {
            if (entry.Name == key || Credentials.HostOf(entry.Name) == Credentials.HostOf(key)) return Credentials.FromEntry(entry.Value);
        }

        return null;
    }

    /// <summary>The X-Registry-Auth header for a registry; an empty one where nothing is known, as Docker sends it.</summary>
    public string RegistryAuth(string registry) =>
        Convert.ToBase64String(Credentials.ToAuthConfig(Find(registry), Credentials.KeyOf(registry))).Replace('+', '-').Replace('/', '_');

    /// <summary>Keeps credentials: with the registry's store, else in this file.</summary>
    /// <returns>True where they are new in this file, for all who can read it.</returns>
    public bool Put(string registry, Credentials credentials)
    {
        var key = Credentials.KeyOf(registry);
        var entry = new JsonObject();
        var store = StoreOf(registry);
        if (store is not null)
        {
            store.Put(key, credentials);
        }
        else
        {
            entry["auth"] = credentials.ToEntry();
            if (credentials.IdentityToken.Length > 0) entry["identitytoken"] = credentials.IdentityToken;
        }

        var known = store is null && Find(registry) == credentials;
        Write(auths => auths[key] = entry);
        return store is null && !known;
    }

    public void Erase(string registry)
    {
        var key = Credentials.KeyOf(registry);
        StoreOf(registry)?.Erase(key);
        var names = _root.Members("auths").Select(e => e.Name).Where(n => n == key || Credentials.HostOf(n) == Credentials.HostOf(key)).ToList();
        if (names.Count > 0) Write(auths => names.ForEach(n => auths.Remove(n)));
    }

    // Replaced by rename, so that nobody reads half of it; for its owner's eyes, as it may hold passwords.
    private void Write(Action<JsonObject> change)
    {
        var root = _root.ValueKind == JsonValueKind.Object ? JsonObject.Create(_root)! : [];
        if (root["auths"] is not JsonObject auths) root["auths"] = auths = [];
        change(auths);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // A link, as dotfile managers make it, stays one.
        var target = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;
        var temporary = $"{target}.{Environment.ProcessId}";
        var mode = File.Exists(target) ? File.GetUnixFileMode(target) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        using (var writer = new Utf8JsonWriter(file, Indented))
        {
            root.WriteTo(writer);
        }

        File.Move(temporary, target, overwrite: true);
    }
}
