using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Lists;

/// <summary>--filter name=value, repeated, as the API's filters parameter.</summary>
internal static class Filters
{
    public static string? ToQuery(IEnumerable<string> given)
    {
        var byName = new Dictionary<string, JsonBody>();
        foreach (var text in given)
        {
            if (text.Length == 0) continue;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new CommandLineException("bad format of filter (expected name=value)", 125);
            var name = text[..equals].Trim().ToLowerInvariant();
            if (!byName.TryGetValue(name, out var values)) byName[name] = values = new JsonBody();
            values[text[(equals + 1)..].Trim()] = true;
        }

        if (byName.Count == 0) return null;
        var body = new JsonBody();
        foreach (var (name, values) in byName) body[name] = values;
        return System.Text.Encoding.UTF8.GetString(body.ToUtf8().Span);
    }
}
