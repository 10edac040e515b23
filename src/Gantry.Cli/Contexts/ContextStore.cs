using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Spec;

namespace Gantry.Cli.Contexts;

/// <summary>
/// Contexts in Docker's store on disk, which both command lines share: <c>meta/ID/meta.json</c>, and files of TLS in
/// <c>tls/ID/docker/</c>, where the id is the SHA-256 of the name.
/// </summary>
internal sealed partial class ContextStore(string directory)
{
    /// <summary>The context that is in no store: what options and environment say.</summary>
    public const string Default = "default";

    private const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const string MetaFile = "meta.json";

    public string MetaDirectory(string name) => Path.Combine(directory, "meta", IdOf(name));

    public string TlsDirectory(string name) => Path.Combine(directory, "tls", IdOf(name));

    public bool Has(string name) => File.Exists(Path.Combine(MetaDirectory(name), MetaFile));

    /// <exception cref="CommandLineException">There is none of that name.</exception>
    public StoredContext Get(string name)
    {
        var path = Path.Combine(MetaDirectory(name), MetaFile);
        return File.Exists(path) ? Read(path) : throw new CommandLineException($"context {OptionValues.Quote(name)}: context not found: open {path}: no such file or directory");
    }

    public IEnumerable<StoredContext> List()
    {
        var root = Path.Combine(directory, "meta");
        if (!Directory.Exists(root)) yield break;
        foreach (var meta in Directory.EnumerateFiles(root, MetaFile, SearchOption.AllDirectories)) yield return Read(meta);
    }

    public void Put(StoredContext context)
    {
        var path = Path.Combine(MetaDirectory(context.Name), MetaFile);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFile.Replace(path, file => file.Write(context.ToUtf8()), Shared);
    }

    /// <summary>The files of an endpoint's TLS by name, instead of those it had.</summary>
    public void PutTls(string name, string endpoint, IReadOnlyDictionary<string, byte[]> files)
    {
        var place = Path.Combine(TlsDirectory(name), endpoint);
        if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
        foreach (var parent in (string[])[Path.Combine(directory, "tls"), TlsDirectory(name)])
        {
            if (files.Count > 0) Directory.CreateDirectory(parent, PrivateFile.OwnerOnly | UnixFileMode.UserExecute);
        }

        foreach (var (file, content) in files) PrivateFile.Replace(Path.Combine(place, file), stream => stream.Write(content));
        if (files.Count == 0 && Directory.Exists(TlsDirectory(name)) && !Directory.EnumerateFileSystemEntries(TlsDirectory(name)).Any()) Directory.Delete(TlsDirectory(name));
    }

    /// <summary>Endpoints with the files of their TLS.</summary>
    public SortedDictionary<string, SortedDictionary<string, byte[]>> Tls(string name)
    {
        var all = new SortedDictionary<string, SortedDictionary<string, byte[]>>(StringComparer.Ordinal);
        if (!Directory.Exists(TlsDirectory(name))) return all;
        foreach (var endpoint in Directory.EnumerateDirectories(TlsDirectory(name)))
        {
            var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(endpoint)) files[Path.GetFileName(file)] = File.ReadAllBytes(file);
            all[Path.GetFileName(endpoint)] = files;
        }

        return all;
    }

    public void Remove(string name)
    {
        foreach (var place in (string[])[MetaDirectory(name), TlsDirectory(name)])
        {
            if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>Refuses a name that a new context cannot have.</summary>
    public void CheckNew(string name)
    {
        if (name == Default) throw new CommandLineException($"{OptionValues.Quote(Default)} is a reserved context name");
        if (!Names().IsMatch(name)) throw new CommandLineException($"context name {OptionValues.Quote(name)} is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"");
        if (Has(name)) throw new CommandLineException($"context {OptionValues.Quote(name)} already exists");
    }

    private static string IdOf(string name) => LightSha256.HashData(Encoding.UTF8.GetBytes(name));

    private static StoredContext Read(string path)
    {
        try
        {
            return StoredContext.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new CommandLineException($"failed to read metadata: parsing {path}: {JsonPlace.Of(e)}");
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$")]
    private static partial Regex Names();
}
