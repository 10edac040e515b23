using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Schema;

/// <summary>Holds a tree against the schema and tells the first thing that is wrong, with its place and what to do.</summary>
internal static class SchemaValidator
{
    /// <exception cref="ComposeException">The tree is not what the schema asks for.</exception>
    public static void Validate(Node node)
    {
        if (Check(node, ComposeSchema.Instance.Root, "") is { } problem)
        {
            throw new ComposeException(problem.Path.Length > 0 ? $"{problem.Path}: {problem.Message}" : problem.Message, problem.At);
        }
    }

    private static Problem? Check(Node node, SchemaRule rule, string path)
    {
        if (rule.Alternatives.Count > 0)
        {
            return CheckAlternatives(node, rule, path);
        }

        if (rule.Types.Count > 0 && !rule.TakesKind(node))
        {
            return new(path, $"{Value(node)} must be {rule}", node.Origin);
        }

        return node switch
        {
            MappingNode mapping => CheckMapping(mapping, rule, path),
            SequenceNode sequence => CheckSequence(sequence, rule, path),
            ScalarNode scalar => CheckScalar(scalar, rule, path),
            _ => null,
        };
    }

    private static Problem? CheckAlternatives(Node node, SchemaRule rule, string path)
    {
        Problem? first = null;
        var fitting = 0;
        foreach (var alternative in rule.Alternatives.Where(alternative => alternative.TakesKind(node)))
        {
            fitting++;
            if (Check(node, alternative, path) is not { } problem)
            {
                return null;
            }

            first ??= problem;
        }

        return fitting > 0 ? first : new(path, $"{Value(node)} must be {rule}", node.Origin);
    }

    private static Problem? CheckMapping(MappingNode mapping, SchemaRule rule, string path)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            var inner = path.Length == 0 ? key : $"{path}.{key}";
            var isKnown = false;
            foreach (var next in rule.RulesFor(key))
            {
                isKnown = true;
                if (Check(value, next, inner) is { } problem)
                {
                    return problem;
                }
            }

            if (!isKnown && !rule.AllowsOtherKeys)
            {
                return new(inner, Unknown(key, rule), mapping.KeyOrigin(key));
            }
        }

        return rule.RequiredKeys.FirstOrDefault(key => !mapping.Contains(key)) is { } missing
            ? new(path, $"the key {missing} is missing", mapping.Origin)
            : null;
    }

    private static string Unknown(string key, SchemaRule rule)
    {
        if (rule.HasFreeKeys)
        {
            return "a name has only letters, digits and the signs . _ -";
        }

        return NearestWord.To(key, rule.KnownKeys) is { } near
            ? $"unknown key; did you mean \"{near}\"?"
            : "unknown key; remove it, or begin its name with x- if another program reads it";
    }

    private static Problem? CheckSequence(SequenceNode sequence, SchemaRule rule, string path)
    {
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (rule.Items is { } items && Check(sequence.Items[i], items, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")) is { } problem)
            {
                return problem;
            }
        }

        if (!rule.HasUniqueItems)
        {
            return null;
        }

        var seen = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var item in sequence.Items)
        {
            if (!seen.TryAdd(Output.JsonText.Write(item, isIndented: false), item))
            {
                return new(path, $"{Value(item)} is in the list twice; remove one", item.Origin);
            }
        }

        return null;
    }

    private static Problem? CheckScalar(ScalarNode scalar, SchemaRule rule, string path)
    {
        if (rule.AllowedValues.Count > 0 && !rule.AllowedValues.Contains(scalar.Text))
        {
            var near = NearestWord.To(scalar.Text ?? "", rule.AllowedValues);
            return new(path, $"{Value(scalar)} is not one of {string.Join(", ", rule.AllowedValues)}{(near is null ? "" : $"; did you mean \"{near}\"?")}", scalar.Origin);
        }

        if (rule.Pattern is { } pattern && scalar.Text is { Length: > 0 } text && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant))
        {
            return new(path, $"{Value(scalar)} is not of the form {pattern}", scalar.Origin);
        }

        double? number = scalar.Value switch { long whole => whole, double real => real, _ => null };
        return number < rule.Minimum || number > rule.Maximum
            ? new(path, $"{Value(scalar)} is not {(rule.Minimum, rule.Maximum) switch
            {
                ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}"),
                ({ } least, _) => string.Create(CultureInfo.InvariantCulture, $"{least} or more"),
                (_, var most) => string.Create(CultureInfo.InvariantCulture, $"{most} or less"),
            }}", scalar.Origin)
            : null;
    }

    private static string Value(Node node) => node switch
    {
        MappingNode => "a mapping",
        SequenceNode => "a list",
        ScalarNode { Value: null } => "an empty value",
        ScalarNode { Value: string text } => $"\"{text}\"",
        _ => node.ToString()!,
    };

    private sealed record Problem(string Path, string Message, Origin At);
}
