using System.Text;

namespace Gantry.Compose.Binding;

/// <summary>
/// A command that was written as one string, taken apart by blanks, quotes and backslashes. It runs without a shell:
/// what a shell would do at <c>; | &amp; &lt; &gt;</c> is not for it, so it ends there, as it does with Docker Compose.
/// </summary>
internal sealed class ShellWords(string text)
{
    private readonly List<string> words = [];
    private readonly StringBuilder word = new();
    private bool hasWord;

    /// <exception cref="FormatException">A quote or parenthesis is not closed.</exception>
    public static IReadOnlyList<string> Split(string text) => new ShellWords(text).Split();

    private List<string> Split()
    {
        // The quote, backtick or parenthesis that has to be closed.
        var open = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\\' when open != '\'':
                    Take(++i < text.Length ? text[i] : throw new FormatException("a backslash stands at its end"));
                    break;
                case '"' or '\'' when open == '\0' || open == c:
                    open = open == '\0' ? c : '\0';
                    hasWord = true;
                    break;
                case '`' when open is '\0' or '`':
                    open = open == '\0' ? '`' : '\0';
                    Take(c);
                    break;
                case '(' when open == '\0':
                    open = word.Length == 1 && word[0] == '$' ? ')' : throw new FormatException("it has a parenthesis outside of quotes");
                    Take(c);
                    break;
                case ')' when open == ')':
                    open = '\0';
                    Take(c);
                    break;
                case ')' when open == '\0':
                    throw new FormatException("it has a parenthesis outside of quotes");
                case ' ' or '\t' or '\r' or '\n' when open == '\0':
                    EndWord();
                    break;
                case ';' or '|' or '&' or '<' or '>' when open == '\0':
                    // The number before > is a descriptor, no word.
                    hasWord &= !(c == '>' && word.Length > 0 && char.IsAsciiDigit(word[0]));
                    EndWord();
                    return words;
                default:
                    Take(c);
                    break;
            }
        }

        if (open != '\0')
        {
            throw new FormatException($"its {open} is not closed");
        }

        EndWord();
        return words;
    }

    private void Take(char c)
    {
        word.Append(c);
        hasWord = true;
    }

    private void EndWord()
    {
        if (hasWord)
        {
            words.Add(word.ToString());
        }

        word.Clear();
        hasWord = false;
    }
}
