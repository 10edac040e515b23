using System.Text;
using System.Text.RegularExpressions;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>format: verbs as of C's printf, for values that take the kind their verb wants.</summary>
internal static partial class HclFormat
{
    /// <param name="call">Its first argument has the verbs.</param>
    public static string Apply(HclCall call, IReadOnlyList<HclValue> values)
    {
        var format = call.Text(0);
        var text = new StringBuilder();
        var (at, next) = (0, 0);
        foreach (Match verb in Verbs().Matches(format))
        {
            text.Append(format, at, verb.Index - at);
            at = verb.Index + verb.Length;
            if (verb.ValueSpan[^1] == '%') text.Append('%');
            else if (next < values.Count) text.Append(One(call, verb.Value, values[next++]));
            else throw call.Failed($"there is no argument for {verb.Value}");
        }

        return next == values.Count ? text.Append(format, at, format.Length - at).ToString() : throw call.Failed("there are more arguments than verbs");
    }

    private static string One(HclCall call, string verb, HclValue value)
    {
        switch (verb[^1])
        {
            case 's' or 'q' when value.TryText(out var text):
                return Formatting.Sprintf(verb, [text]);
            case 't' when value.TryBoolean(out var flag):
                return Formatting.Sprintf(verb, [flag]);
            case 'd' or 'b' or 'o' or 'x' or 'X' when value.TryNumber(out var number) && decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue:
                return Formatting.Sprintf(verb, [(long)number]);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G' when value.TryNumber(out var number):
                return Formatting.Sprintf(verb, [(double)number]);
            case 'v':
                var shown = !verb.Contains('#', StringComparison.Ordinal) && value.TryText(out var plain) ? plain : HclJsonText.Of(value);
                return Formatting.Sprintf(verb.Replace("#", "", StringComparison.Ordinal)[..^1] + "s", [shown]);
            default:
                throw call.Failed($"{verb} cannot show {value.Name}");
        }
    }

    [GeneratedRegex(@"%[-+0# ]*[0-9]*(\.[0-9]*)?.", RegexOptions.Singleline)]
    private static partial Regex Verbs();
}
