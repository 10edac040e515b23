using Gantry.Cli.Hcl;

namespace Gantry.Cli.Bake;

/// <summary>An SSH agent's socket, or keys, that a build may use under an id.</summary>
/// <param name="Paths">None for the agent that SSH_AUTH_SOCK names.</param>
internal sealed record BakeAgent(string Id, IReadOnlyList<string> Paths)
{
    /// <summary>As build takes it.</summary>
    public string Option => Paths.Count == 0 ? Id : $"{Id}={string.Join(',', Paths)}";

    /// <summary><c>id</c>, <c>id=path</c> or <c>id=path,path</c>.</summary>
    public static IEnumerable<BakeAgent> Parse(string text) => text.Length == 0 ? [] : [text.Split('=', 2) is [var id, var paths] ? new(id, paths.Split(',')) : new(text, [])];

    public static BakeAgent Of(HclValue value, HclPlace place) => new(
        value.Members.TryGetValue("id", out var given) && given.TryText(out var id) ? id : "default",
        value.Members.TryGetValue("paths", out var paths) ? [.. paths.Items.Select(item => item.TryText(out var path) ? path : throw new HclException(place, "paths must be a list of strings"))] : []);
}
