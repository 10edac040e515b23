using System.Text.RegularExpressions;
using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>What the log options <c>labels</c>, <c>labels-regex</c>, <c>env</c>, <c>env-regex</c> and <c>tag</c> take from a container.</summary>
internal static class LogAttributes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The options that every driver with attributes has.</summary>
    public static IReadOnlyList<string> Options { get; } = ["env", "env-regex", "labels", "labels-regex", LogTag.Option];

    /// <exception cref="InvalidArgumentException">An expression is none.</exception>
    public static void Check(DriverOptions options)
    {
        _ = Pattern(options, "labels-regex");
        _ = Pattern(options, "env-regex");
    }

    /// <summary>Those of a container, by names that <paramref name="rename"/> makes of its own.</summary>
    public static SortedDictionary<string, string> Of(ContainerRecord container, DriverOptions options, Func<string, string>? rename = null)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Take(container.Config.Labels ?? [], "labels");
        Take(Environment(container), "env");
        return attributes;

        void Take(Dictionary<string, string> source, string option)
        {
            var names = options.List(option);
            var pattern = Pattern(options, option + "-regex");
            foreach (var (name, value) in source)
            {
                if (names.Contains(name) || pattern?.IsMatch(name) == true)
                {
                    attributes[rename is null ? name : rename(name)] = value;
                }
            }
        }
    }

    /// <summary>As <see cref="Of"/>, with the tag where one is asked for: what stands in a file.</summary>
    public static SortedDictionary<string, string> WithTag(ContainerRecord container, DriverOptions options)
    {
        var attributes = Of(container, options);
        if (LogTag.Of(container, options, "") is { Length: > 0 } tag)
        {
            attributes[LogTag.Option] = tag;
        }

        return attributes;
    }

    private static Dictionary<string, string> Environment(ContainerRecord container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Config.Env ?? [])
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                variables[variable[..equals]] = variable[(equals + 1)..];
            }
        }

        return variables;
    }

    private static Regex? Pattern(DriverOptions options, string name)
    {
        try
        {
            return options.Text(name) is { Length: > 0 } text ? new Regex(text, RegexOptions.CultureInvariant, Patience) : null;
        }
        catch (ArgumentException e)
        {
            throw new InvalidArgumentException($"invalid log opt '{name}={options.Text(name)}': {e.Message}", e);
        }
    }
}
