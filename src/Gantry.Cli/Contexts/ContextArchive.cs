using System.Formats.Tar;
using System.IO.Compression;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Contexts;

/// <summary>A context in a file: <c>meta.json</c> and <c>tls/ENDPOINT/FILE</c> in a tar, or in a zip where it is read.</summary>
internal static class ContextArchive
{
    private const int BlockSize = 512;
    private const int Largest = 10 << 20;
    private const string Meta = "meta.json";
    private const UnixFileMode Directory = PrivateFile.OwnerOnly | UnixFileMode.UserExecute;

    public static void Write(Stream target, StoredContext context, SortedDictionary<string, SortedDictionary<string, byte[]>> tls)
    {
        using var tar = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true);
        Add(tar, Meta, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, context.ToUtf8());
        if (tls.Count == 0) return;
        Add(tar, "tls", Directory, null);
        foreach (var (endpoint, files) in tls)
        {
            Add(tar, $"tls/{endpoint}", Directory, null);
            foreach (var (file, content) in files) Add(tar, $"tls/{endpoint}/{file}", PrivateFile.OwnerOnly, content);
        }
    }

    /// <exception cref="CommandLineException">It is no archive of a context.</exception>
    public static (StoredContext Context, Dictionary<string, Dictionary<string, byte[]>> Tls) Read(Stream source)
    {
        var content = Limited(source, "the archive");
        StoredContext? context = null;
        var tls = new Dictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        foreach (var (name, bytes) in IsZip(content) ? FromZip(content) : FromTar(content))
        {
            switch (name.Split('/'))
            {
                case [Meta]:
                    context = Parse(bytes);
                    break;
                case ["tls", var endpoint, var file] when endpoint is not ("" or "." or "..") && file is not ("" or "." or ".."):
                    if (!tls.TryGetValue(endpoint, out var files)) tls[endpoint] = files = new(StringComparer.Ordinal);
                    files[file] = bytes;
                    break;
                default:
                    throw new CommandLineException($"{name}: unexpected context file");
            }
        }

        return context is null ? throw new CommandLineException("invalid context: no metadata found") : (context, tls);
    }

    private static StoredContext Parse(byte[] json)
    {
        try
        {
            return StoredContext.Parse(json);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new CommandLineException($"{Meta} in the archive is not the JSON of a context: {JsonPlace.Of(e)}");
        }
    }

    private static void Add(TarWriter tar, string name, UnixFileMode mode, byte[]? content)
    {
        var entry = new UstarTarEntry(content is null ? TarEntryType.Directory : TarEntryType.RegularFile, content is null ? name + "/" : name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch };
        if (content is not null) entry.DataStream = new MemoryStream(content);
        tar.WriteEntry(entry);
    }

    private static bool IsZip(byte[] content) => content.AsSpan().StartsWith("PK\x03\x04"u8);

    private static List<(string Name, byte[] Content)> FromTar(byte[] content)
    {
        try
        {
            // Docker reads archives without their end, as it once wrote them.
            using var tar = new TarReader(new MemoryStream([.. content, .. new byte[(BlockSize - (content.Length % BlockSize)) % BlockSize], .. new byte[2 * BlockSize]]));
            var all = new List<(string Name, byte[] Content)>();
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.ExtendedAttributes or TarEntryType.GlobalExtendedAttributes) continue;
                all.Add((entry.Name, entry.DataStream is { } data ? Limited(data, entry.Name) : []));
            }

            return all;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new CommandLineException("archive/tar: invalid tar header");
        }
    }

    private static List<(string Name, byte[] Content)> FromZip(byte[] content)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content));
            var all = new List<(string Name, byte[] Content)>();
            foreach (var entry in zip.Entries.Where(entry => !entry.FullName.EndsWith('/')))
            {
                using var data = entry.Open();
                all.Add((entry.FullName, Limited(data, entry.FullName)));
            }

            return all;
        }
        catch (InvalidDataException)
        {
            throw new CommandLineException("zip: not a valid zip file");
        }
    }

    private static byte[] Limited(Stream source, string name)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = source.Read(buffer)) > 0)
        {
            content.Write(buffer.AsSpan(0, count));
            if (content.Length > Largest) throw new CommandLineException($"{name} is too large for a context: more than {Largest >> 20} MiB");
        }

        return content.ToArray();
    }
}
