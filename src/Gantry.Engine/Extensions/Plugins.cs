using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Engine.Extensions;

/// <summary>
/// Finds plug-ins where Docker looks for them: sockets in /run/docker/plugins, and addresses in files of
/// /etc/docker/plugins and /usr/lib/docker/plugins, NAME.spec (a URL) or NAME.json (Docker's plug-in API, "Plugin discovery").
/// </summary>
internal static class Plugins
{
    private const string Sockets = "/run/docker/plugins";
    private static readonly string[] Specifications = ["/etc/docker/plugins", "/usr/lib/docker/plugins"];

    /// <summary>The address of a plug-in; null for none of that name.</summary>
    public static Uri? Find(string name)
    {
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
        {
            return null;
        }

        foreach (var path in (string[])[Path.Combine(Sockets, name + ".sock"), Path.Combine(Sockets, name, name + ".sock")])
        {
            if (File.Exists(path))
            {
                return new("unix://" + path);
            }
        }

        foreach (var directory in Specifications)
        {
            if ((Read(Path.Combine(directory, name)) ?? Read(Path.Combine(directory, name, name))) is { } address)
            {
                return address;
            }
        }

        return null;
    }

    public static IEnumerable<string> Names() =>
        Entries(Sockets, "*.sock").Concat(Specifications.SelectMany(directory => Entries(directory, "*.spec").Concat(Entries(directory, "*.json")))).Distinct();

    private static IEnumerable<string> Entries(string directory, string pattern) =>
        Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path))
            : [];

    private static Uri? Read(string path)
    {
        try
        {
            if (File.Exists(path + ".spec"))
            {
                return Parse(File.ReadAllText(path + ".spec").Trim(), path + ".spec");
            }

            if (File.Exists(path + ".json"))
            {
                var specification = JsonSerializer.Deserialize(File.ReadAllBytes(path + ".json"), PluginSpecificationJson.Default.PluginSpecification);
                return specification is { TLSConfig: null }
                    ? Parse(specification.Addr ?? "", path + ".json")
                    : throw new UnsupportedException($"plugin of {path}.json: TLSConfig is not supported");
            }

            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"{path}.json is not a plug-in's specification: {e.Message}", e);
        }
    }

    private static Uri Parse(string text, string path) =>
        Uri.TryCreate(text.Replace("tcp://", "http://", StringComparison.Ordinal), UriKind.Absolute, out var address) && address.Scheme is "unix" or "http"
            ? address!
            : throw new InvalidArgumentException($"{path} has no address of a plug-in: \"{text}\" is neither unix:// nor tcp://");
}
