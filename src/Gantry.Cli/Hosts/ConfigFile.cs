using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Hosts;

/// <summary>Docker's config.json: what of it this program uses. What it does not know is kept when it is written.</summary>
internal sealed class ConfigFile
{
    internal static readonly JsonWriterOptions Indented = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonElement _root;

    private ConfigFile(string path, JsonElement root, string? damage = null) => (Path, _root, Damage) = (path, root, damage);

    public string Path { get; }

    /// <summary>Why it could not be read, if so: then nothing of it is used, and it is not written.</summary>
    public string? Damage { get; }

    public string? DetachKeys => Text("detachKeys");

    public string? CurrentContext => Text("currentContext");

    /// <summary>Sent to the daemon with each request.</summary>
    public IEnumerable<KeyValuePair<string, string>> HttpHeaders => _root.Members("HttpHeaders").Select(header => KeyValuePair.Create(header.Name, header.Value.ToString()));

    /// <summary>Where plug-ins are besides the usual places.</summary>
    public IEnumerable<string> PluginDirectories => _root.Texts("cliPluginsExtraDirs");

    /// <summary>The command that stands for another; null for none.</summary>
    public string? Alias(string command) => _root.Text("aliases", command) is { Length: > 0 } name ? name : null;

    /// <summary>Variables of the environment by which containers find their proxies, in both cases: those for this daemon, or for all.</summary>
    public IEnumerable<KeyValuePair<string, string>> ProxyVariables(string host)
    {
        var proxies = _root.At("proxies", host) is { ValueKind: JsonValueKind.Object } own ? own : _root.At("proxies", "default");
        foreach (var (member, variable) in new[] { ("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("noProxy", "NO_PROXY"), ("ftpProxy", "FTP_PROXY"), ("allProxy", "ALL_PROXY") })
        {
            if (proxies.Text(member) is not { Length: > 0 } value) continue;
            yield return KeyValuePair.Create(variable, value);
            yield return KeyValuePair.Create(variable.ToLowerInvariant(), value);
        }
    }

    public string? Text(string name) => _root.Text(name) is { Length: > 0 } text ? text : null;

    public static ConfigFile Read(string directory)
    {
        var path = System.IO.Path.Combine(directory, "config.json");
        // Asked first: most have none, and to throw takes longer than the rest.
        if (!File.Exists(path)) return new ConfigFile(path, default);
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
            return new ConfigFile(path, default, JsonPlace.Of(e));
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

    /// <summary>All that is known, by server.</summary>
    public IEnumerable<KeyValuePair<string, Credentials>> All()
    {
        var stored = Text("credsStore") is { } all ? new CredentialStore(all).List() : [];
        return _root.Members("auths").Select(entry => entry.Name).Concat(_root.Members("credHelpers").Select(helper => helper.Name)).Concat(Sealed.Servers).Concat(stored)
            .Distinct(StringComparer.Ordinal)
            .Select(server => KeyValuePair.Create(server, Find(server)))
            .Where(pair => pair.Value is not null)!;
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
            WriteAuths(auths => auths[key] = new JsonObject());
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
        WriteAuths(auths => auths[key] = entry);
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

    /// <param name="name">None or the default's: nothing is kept.</param>
    public void KeepContext(string? name) => Write(root =>
    {
        if (name is null or Contexts.ContextStore.Default) root.Remove("currentContext");
        else root["currentContext"] = name;
    });

    private SealedCredentials Sealed => field ??= new SealedCredentials(System.IO.Path.GetDirectoryName(Path)!);

    private IEnumerable<JsonProperty> Entries(string key) =>
        _root.Members("auths").Where(e => e.Name == key || Credentials.HostOf(e.Name) == Credentials.HostOf(key));

    private void ErasePlain(string key)
    {
        var names = Entries(key).Select(e => e.Name).ToList();
        if (names.Count > 0) WriteAuths(auths => names.ForEach(n => auths.Remove(n)));
    }

    private void WriteAuths(Action<JsonObject> change) => Write(root => change(root["auths"]!.AsObject()));

    private void Write(Action<JsonObject> change)
    {
        if (Damage is not null) throw new InvalidDataException($"{Path} is not written, because it cannot be read: {Damage}");
        var root = _root.ValueKind == JsonValueKind.Object ? JsonObject.Create(_root)! : [];
        if (root["auths"] is not JsonObject) root["auths"] = new JsonObject();
        change(root);
        PrivateFile.Replace(Path, file =>
        {
            using var writer = new Utf8JsonWriter(file, Indented);
            root.WriteTo(writer);
        });
    }
}
