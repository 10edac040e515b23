using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Build.Dockerfile;

/// <summary>A pattern of <c>${name#…}</c> and its kin: <c>*</c> and <c>?</c>, a backslash before what is meant as it is.</summary>
internal sealed class ShellPattern(string pattern)
{
    // Patterns are of whoever writes the Dockerfile: they must not take for ever.
    private const RegexOptions Options = RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    public string TrimStart(string value, bool isLongest)
    {
        var lengths = Enumerable.Range(0, value.Length + 1);
        var whole = new Regex($"^(?:{Body()})$", Options);
        foreach (var length in isLongest ? lengths.Reverse() : lengths)
        {
            if (whole.IsMatch(value[..length]))
            {
                return value[length..];
            }
        }

        return value;
    }

    public string TrimEnd(string value, bool isLongest)
    {
        var starts = Enumerable.Range(0, value.Length + 1);
        var whole = new Regex($"^(?:{Body()})$", Options);
        foreach (var start in isLongest ? starts : starts.Reverse())
        {
            if (whole.IsMatch(value[start..]))
            {
                return value[..start];
            }
        }

        return value;
    }

    public string Replace(string value, string replacement, bool all) => new Regex(Body(), Options).Replace(value, _ => replacement, all ? -1 : 1);

    private string Body()
    {
        var body = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            body.Append(pattern[i] switch
            {
                '*' => ".*",
                '?' => ".",
                '\\' when i + 1 < pattern.Length => Regex.Escape(pattern[++i].ToString()),
                var c => Regex.Escape(c.ToString()),
            });
        }

        return body.ToString();
    }
}
