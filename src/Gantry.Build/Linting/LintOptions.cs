using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Linting;

/// <summary>Which rules hold: <c>skip=Rule,Rule;error=true;experimental=all</c> (reference.md, "check").</summary>
public sealed record LintOptions
{
    /// <summary>The build argument that counts in place of the directive.</summary>
    public const string Argument = "BUILDKIT_DOCKERFILE_CHECK";

    private const string Directive = "check";
    private const string All = "all";
    private const int MostParts = 3;

    /// <summary>The names of rules that do not hold, or <c>all</c>.</summary>
    public IReadOnlySet<string> Skipped { get; private init; } = new HashSet<string>();

    /// <summary>The names of experimental rules that hold, or <c>all</c>.</summary>
    public IReadOnlySet<string> Experimental { get; private init; } = new HashSet<string>();

    /// <summary>What a rule finds ends the build.</summary>
    public bool IsError { get; private init; }

    /// <exception cref="InvalidArgumentException">The directive or the argument cannot be read.</exception>
    public static LintOptions Of(DockerfileDocument document, BuildRequest request)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.Arguments.GetValueOrDefault(Argument);
        try
        {
            return Parse(given ?? document.Check ?? "");
        }
        catch (FormatException e)
        {
            throw new InvalidArgumentException($"failed to parse {(given is null ? "check options" : Argument)}: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">The text has an option that is none.</exception>
    public static LintOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = new LintOptions();
        foreach (var part in text.Trim().Split(';', MostParts).Where(_ => text.Trim().Length > 0))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
            {
                throw new FormatException($"invalid check option {GoText.Quote(part)}");
            }

            var value = part[(at + 1)..].Trim();
            options = part[..at].Trim() switch
            {
                "skip" => options with { Skipped = Names(value) },
                "experimental" => options with { Experimental = Names(value) },
                "error" => options with { IsError = IsTrue(part, value) },
                var name => throw new FormatException($"invalid check option {GoText.Quote(name)}"),
            };
        }

        return options;
    }

    /// <summary>An experimental rule is asked for, any other may be refused; neither has to do with the other.</summary>
    public bool Holds(LintRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.IsExperimental ? Has(Experimental, rule) : !Has(Skipped, rule);
    }

    /// <summary>The options at an instruction whose comment has a <c>check=</c> of its own: what it says is added.</summary>
    /// <param name="comment">Lines of a comment.</param>
    public LintOptions With(string? comment)
    {
        if (comment?.Split('\n').Select(OptionsIn).FirstOrDefault(options => options is not null) is not { } text)
        {
            return this;
        }

        try
        {
            var local = Parse(text);
            return this with { Skipped = Skipped.Union(local.Skipped).ToHashSet(), Experimental = Experimental.Union(local.Experimental).ToHashSet() };
        }
        catch (FormatException)
        {
            // It is a comment like any other then.
            return this;
        }
    }

    private static bool Has(IReadOnlySet<string> names, LintRule rule) => names.Contains(All) || names.Contains(rule.Name);

    /// <summary>What stands behind <c>check=</c>, up to a blank: the rest says why.</summary>
    private static string? OptionsIn(string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && line[..at].Trim().Equals(Directive, StringComparison.OrdinalIgnoreCase) ? line[(at + 1)..].Trim().Split(' ')[0] : null;
    }

    private static HashSet<string> Names(string list) => [.. list.Split(',').Select(name => name.Trim())];

    private static bool IsTrue(string part, string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"failed to parse check option {GoText.Quote(part)}: strconv.ParseBool: parsing {GoText.Quote(value)}: invalid syntax"),
    };
}
