using System.Text;
using System.Text.Json;
using Gantry.Build.Dockerfile;

namespace Gantry.Tests.Build;

/// <summary>Dockerfiles with the instructions that others read in them: a line each, <c>(keyword ["flag"] "word" …)</c>.</summary>
public sealed class ParserCaseTests
{
    private static readonly string Cases = Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Build", "Cases", "parser");

    public static TheoryData<string> Names => new(Directory.EnumerateDirectories(Cases).Select(Path.GetFileName).Order()!);

    [Theory, MemberData(nameof(Names))]
    public void Instructions_are_read_as_others_read_them(string name)
    {
        var text = File.ReadAllText(Path.Combine(Cases, name, "Dockerfile"));
        var (statements, _) = DockerfileParser.StatementsOf(text);
        var wanted = File.ReadAllText(Path.Combine(Cases, name, "result")).TrimEnd('\n').Split('\n');
        Assert.Equal(wanted, statements.Select(statement => Render(statement.Text)));
    }

    private static string Render(string text)
    {
        var (keyword, rest) = Split(text);
        var flags = new List<string>();
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var (flag, after) = Split(rest);
            rest = after;
            if (flag == "--") break;
            flags.Add(flag);
        }

        var shown = new StringBuilder("(").Append(keyword.ToLowerInvariant());
        if (flags.Count > 0) shown.Append(" [").AppendJoin(' ', flags.Select(Quote)).Append(']');
        foreach (var word in keyword.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase) ? [] : Words(keyword.ToUpperInvariant(), rest)) shown.Append(' ').Append(Quote(word));
        if (keyword.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase)) shown.Append(' ').Append(Render(rest));
        return shown.Append(')').ToString();
    }

    private static IEnumerable<string> Words(string keyword, string rest)
    {
        if (rest.Length == 0) return [];
        switch (keyword)
        {
            case "ENV" or "LABEL":
                var (pairs, isLegacy) = InstructionParser.PairsOf(keyword, rest, '\\');
                return pairs.SelectMany(pair => (string[])[pair.Key, pair.Value, isLegacy ? "" : "="]);
            case "ARG":
                return InstructionParser.WordsOf(rest, '\\');
            case "HEALTHCHECK":
                var (kind, command) = Split(rest);
                return command.Length == 0 ? [kind] : [kind, .. Json(command) ?? [command]];
            case "CMD" or "ENTRYPOINT" or "RUN" or "SHELL":
                return Json(rest) ?? [rest];
            case "ADD" or "COPY" or "VOLUME":
                return Json(rest) ?? Blank(rest);
            case "EXPOSE" or "FROM":
                return Blank(rest);
            default:
                return [rest];
        }
    }

    private static string[] Blank(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static (string First, string After) Split(string text)
    {
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? (text, "") : (text[..blank], text[(blank + 1)..].Trim());
    }

    private static string[]? Json(string text)
    {
        try
        {
            return text.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As Go writes a string in quotes.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
