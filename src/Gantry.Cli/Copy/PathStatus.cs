using System.Text.Json;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Copy;

/// <summary>What the daemon says of a path in a container.</summary>
internal sealed record PathStatus(string Name, long Mode, string LinkTarget)
{
    public bool IsDirectory => (Mode & GoFileMode.Directory) != 0;

    public bool IsLink => (Mode & GoFileMode.SymbolicLink) != 0;

    public static PathStatus Parse(string header)
    {
        using var json = JsonDocument.Parse(Convert.FromBase64String(header));
        var root = json.RootElement;
        return new(root.Text("name"), root.Number("mode"), root.Text("linkTarget"));
    }

    /// <summary>Null where nothing is there, or the daemon does not say.</summary>
    public static async ValueTask<PathStatus?> TryAsync(GantryClient client, string container, string path)
    {
        try
        {
            return Parse(await client.StatPathAsync(container, path).ConfigureAwait(false));
        }
        catch (GantryException e) when (e is not UnavailableException)
        {
            return null;
        }
    }

    /// <summary>Where a link leads: a relative target starts at the link's directory.</summary>
    public string Resolve(string path) =>
        LinkTarget.StartsWith('/') ? LinkTarget : CopyPath.Clean(CopyPath.Split(path).Directory + LinkTarget);
}
