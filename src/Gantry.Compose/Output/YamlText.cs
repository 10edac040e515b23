using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

/// <summary>Which quotes a string needs in YAML, so that it is read back as that string by readers of 1.1 and 1.2.</summary>
internal static partial class YamlText
{
    public static string Key(string text) => Inline(text);

    public static string Inline(string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) && !IsPlainString(text))
        {
            return DoubleQuoted(text);
        }

        var traits = Traits.Of(text);
        return traits switch
        {
            { TakesPlain: true } => text,
            { TakesSingle: true } => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            _ => DoubleQuoted(text),
        };
    }

    /// <summary>Whether the literal style can hold it.</summary>
    public static bool TakesBlock(string text) => Traits.Of(text).TakesBlock;

    /// <summary>Without quotes it would be a string, not a number, date or one of the words for true and false.</summary>
    private static bool IsPlainString(string text) =>
        YamlScalar.Resolve(text) is string && !OldBool().IsMatch(text) && !Sexagesimal().IsMatch(text);

    private static string DoubleQuoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                0 => "\\0",
                7 => "\\a",
                8 => "\\b",
                9 => "\\t",
                10 => "\\n",
                11 => "\\v",
                12 => "\\f",
                13 => "\\r",
                0x1b => "\\e",
                0x85 => "\\N",
                0x2028 => "\\L",
                0x2029 => "\\P",
                var value when Traits.IsPrintable(value) => rune.ToString(),
                <= 0xff => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                <= 0xffff => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            });
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)\z")]
    private static partial Regex OldBool();

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\z")]
    private static partial Regex Sexagesimal();

    /// <summary>The styles that a string's characters allow outside of flow collections.</summary>
    private readonly record struct Traits(bool TakesPlain, bool TakesSingle, bool TakesBlock)
    {
        public static Traits Of(string text)
        {
            if (text.Length == 0)
            {
                return new(true, true, false);
            }

            var runes = text.EnumerateRunes().Select(rune => rune.Value).ToArray();
            var isSpecial = runes.Any(value => value != '\t' && !IsPrintable(value));
            var hasTab = text.Contains('\t', StringComparison.Ordinal);
            var hasBreak = runes.Any(IsBreak);
            var breakThenSpace = false;
            var spaceThenBreak = false;
            for (var i = 1; i < runes.Length; i++)
            {
                breakThenSpace |= IsBreak(runes[i - 1]) && runes[i] == ' ';
                spaceThenBreak |= runes[i - 1] == ' ' && IsBreak(runes[i]);
            }

            var isEdged = runes[0] == ' ' || runes[^1] == ' ' || IsBreak(runes[0]) || IsBreak(runes[^1]);
            var plain = !isEdged && !hasBreak && !hasTab && !isSpecial && !HasIndicators(runes, text);
            var single = !breakThenSpace && !spaceThenBreak && !hasTab && !isSpecial;
            return new(plain, single, !spaceThenBreak && !isSpecial && runes[^1] != ' ');
        }

        public static bool IsPrintable(int value) =>
            value is '\n' or >= 0x20 and <= 0x7e or >= 0xa0 and <= 0xd7ff or >= 0xe000 and <= 0xfffd and not 0xfeff;

        private static bool IsBreak(int value) => value is '\r' or '\n' or 0x85 or 0x2028 or 0x2029;

        private static bool HasIndicators(int[] runes, string text)
        {
            if (text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal))
            {
                return true;
            }

            for (var i = 0; i < runes.Length; i++)
            {
                var beforeBlank = i + 1 == runes.Length || runes[i + 1] is ' ' or '\t' || IsBreak(runes[i + 1]);
                if (i == 0
                    ? runes[i] is '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`'
                        || runes[i] is '?' or ':' or '-' && beforeBlank
                    : runes[i] == ':' && beforeBlank || runes[i] == '#' && (runes[i - 1] is ' ' or '\t' || IsBreak(runes[i - 1])))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
