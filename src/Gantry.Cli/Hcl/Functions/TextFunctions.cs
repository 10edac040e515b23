using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of strings.</summary>
internal static class TextFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "basename" => Text(text => Path.GetFileName(text.TrimEnd('/')) is { Length: > 0 } last ? last : text.Length > 0 ? "/" : "."),
        "byteslen" => new(1, 1, call => HclValue.Of(Encoding.UTF8.GetByteCount(call.Text(0)))),
        "chomp" => Text(text => text.TrimEnd('\n', '\r')),
        "dirname" => Text(text => Path.GetDirectoryName(text) is { } directory ? directory.Length > 0 ? directory : "." : "/"),
        "format" => new(1, HclFunction.Any, call => HclValue.Of(HclFormat.Apply(call, [.. call.Values(1)]))),
        "formatlist" => new(1, HclFunction.Any, FormatList),
        "homedir" => new(0, 0, _ => HclValue.Of(Environment.GetEnvironmentVariable("HOME") ?? "/")),
        "indent" => new(2, 2, call => HclValue.Of(call.Text(1).Replace("\n", "\n" + new string(' ', call.Integer(0)), StringComparison.Ordinal))),
        "join" => new(2, HclFunction.Any, call => HclValue.Of(string.Join(call.Text(0), Enumerable.Range(1, call.Count - 1).SelectMany(call.Texts)))),
        "lower" => Text(text => text.ToLowerInvariant()),
        "regex" => new(2, 2, call => Pattern(call, 0) is var pattern && pattern.Match(call.Text(1)) is { Success: true } match ? Captured(pattern, match) : throw call.Failed($"nothing in {call.Text(1)} matches {call.Text(0)}")),
        "regex_replace" => new(3, 3, call => HclValue.Of(Pattern(call, 1).Replace(call.Text(0), Replacement(call.Text(2))))),
        "regexall" => new(2, 2, call => Pattern(call, 0) is var pattern ? HclValue.Of(pattern.Matches(call.Text(1)).Select(match => Captured(pattern, match))) : HclValue.Null),
        "replace" => new(3, 3, call => HclValue.Of(call.Text(1).Length > 0 ? call.Text(0).Replace(call.Text(1), call.Text(2), StringComparison.Ordinal) : call.Text(0))),
        "reverse" => Text(text => string.Concat(Characters(text).Reverse())),
        "sanitize" => Text(text => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'))),
        "split" => new(2, 2, call => HclValue.Of((call.Text(0).Length > 0 ? call.Text(1).Split(call.Text(0)) : Characters(call.Text(1))).Select(HclValue.Of))),
        "strlen" => new(1, 1, call => HclValue.Of(Characters(call.Text(0)).Length)),
        "substr" => new(3, 3, Substring),
        "title" => Text(Title),
        "trim" => new(2, 2, call => HclValue.Of(call.Text(0).Trim(call.Text(1).ToCharArray()))),
        "trimprefix" => new(2, 2, call => HclValue.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[call.Text(1).Length..] : call.Text(0))),
        "trimspace" => Text(text => text.Trim()),
        "trimsuffix" => new(2, 2, call => HclValue.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[..^call.Text(1).Length] : call.Text(0))),
        "upper" => Text(text => text.ToUpperInvariant()),
        _ => null,
    };

    private static HclFunction Text(Func<string, string> of) => new(1, 1, call => HclValue.Of(of(call.Text(0))));

    /// <summary>As their readers see them: with what is put over or under them.</summary>
    private static string[] Characters(string text)
    {
        var characters = new List<string>();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext()) characters.Add(elements.GetTextElement());
        return [.. characters];
    }

    private static HclValue Substring(HclCall call)
    {
        var characters = Characters(call.Text(0));
        var start = call.Integer(1) is var offset && offset < 0 ? Math.Max(0, characters.Length + offset) : Math.Min(offset, characters.Length);
        var length = call.Integer(2) is var wanted && wanted < 0 ? characters.Length - start : Math.Min(wanted, characters.Length - start);
        return HclValue.Of(string.Concat(characters.AsSpan(start, length).ToArray()));
    }

    private static string Title(string text)
    {
        var title = new StringBuilder(text);
        for (var i = 0; i < title.Length; i++)
        {
            if (i == 0 || !(char.IsLetterOrDigit(title[i - 1]) || title[i - 1] is '_' or '\'')) title[i] = char.ToUpperInvariant(title[i]);
        }

        return title.ToString();
    }

    // Each list goes on with the others, what is no list is the same in each round.
    private static HclValue FormatList(HclCall call)
    {
        var arguments = call.Values(1).ToList();
        var counts = arguments.Where(argument => argument.Kind == HclKind.List).Select(argument => argument.Items.Count).Distinct().ToList();
        if (counts.Count > 1) throw call.Failed("the lists must have the same number of elements");
        return HclValue.Of(Enumerable.Range(0, counts.Count > 0 ? counts[0] : 1)
            .Select(round => HclValue.Of(HclFormat.Apply(call, [.. arguments.Select(argument => argument.Kind == HclKind.List ? argument.Items[round] : argument)]))));
    }

    private static Regex Pattern(HclCall call, int index)
    {
        try
        {
            return new(call.Text(index).Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw call.Wrong(index, $"is no regular expression: {e.Message}");
        }
    }

    // ${1} and $name as they are, $1x as the group 1x: Go takes the longest name.
    private static string Replacement(string text) => Regex.Replace(text, @"\$([0-9A-Za-z_]+)", "$${$1}");

    private static HclValue Captured(Regex pattern, Match match)
    {
        var names = pattern.GetGroupNames().Skip(1).ToList();
        if (names.Count == 0) return HclValue.Of(match.Value);
        return char.IsAsciiDigit(names[0][0])
            ? HclValue.Of(names.Select(name => Of(match.Groups[name])))
            : HclValue.Of(names.Select(name => KeyValuePair.Create(name, Of(match.Groups[name]))));

        static HclValue Of(Group group) => group.Success ? HclValue.Of(group.Value) : HclValue.Null;
    }
}
