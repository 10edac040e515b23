using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;

namespace Gantry.Build.Planning;

/// <summary>What the steps of a build take of its contexts: a client that gives them needs to give no more.</summary>
internal static class ContextUse
{
    /// <param name="steps">All of them.</param>
    /// <param name="scanned">What is looked through besides, as it is.</param>
    /// <returns>By the name of a context, empty for the build's own: paths and simple patterns. One of which all is wanted is not there.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(IEnumerable<Step> steps, IEnumerable<CopySource> scanned)
    {
        var used = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (source, paths) in steps.SelectMany(Sources).Concat(scanned.OfType<ContextSource>().Select(whole => (whole, (IReadOnlyList<string>)[""]))))
        {
            var name = source.Name ?? "";
            used.TryAdd(name, []);
            used[name].UnionWith(paths.Select(SourceTree.Clean));
        }

        return used.Where(use => use.Value.All(IsSimple)).ToDictionary(use => use.Key, use => (IReadOnlyList<string>)[.. use.Value.Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<(ContextSource Source, IReadOnlyList<string> Paths)> Sources(Step step) => step switch
    {
        CopyStep copy => copy.Sources.OfType<ContextSource>().Select(source => (source, source.Paths)),
        RunStep run => run.Mounts.OfType<BindMount>().Where(mount => mount.From is ContextSource).Select(mount => ((ContextSource)mount.From, (IReadOnlyList<string>)[mount.Path])),
        _ => [],
    };

    private static bool IsSimple(string path) => path.Length > 0 && !path.Contains("**", StringComparison.Ordinal) && path.AsSpan().IndexOfAny('[', '\\') < 0;
}
