using System.Text;
using System.Text.RegularExpressions;
using Gantry.Spec;

namespace Gantry.Build.Dockerfile;

/// <summary>Reads a Dockerfile (reference.md, "Format" and "Parser directives").</summary>
public sealed partial class DockerfileParser
{
    private const int MostLines = 1_000_000;
    private readonly string fileName;
    private readonly string[] lines;
    private readonly Dictionary<string, (string Value, int Line)> directives = new(StringComparer.Ordinal);
    private readonly List<Statement> statements = [];
    private char escape = '\\';

    private DockerfileParser(string text, string fileName)
    {
        this.fileName = fileName;
        lines = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
    }

    /// <exception cref="DockerfileException">It is no Dockerfile.</exception>
    public static DockerfileDocument Parse(string text, string fileName = "Dockerfile")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new DockerfileParser(text, fileName).Read();
    }

    /// <summary>The instructions as they are written, not looked into.</summary>
    internal static (IReadOnlyList<Statement> Statements, char Escape) StatementsOf(string text)
    {
        var parser = new DockerfileParser(text, "Dockerfile");
        parser.ReadStatements();
        return (parser.statements, parser.escape);
    }

    private DockerfileDocument Read()
    {
        if (lines.Length > MostLines)
        {
            throw Failed("it has too many lines", new(1, 1));
        }

        ReadStatements();
        if (statements.Count == 0)
        {
            throw Failed(lines is [""] ? "the Dockerfile cannot be empty" : "file with no instructions", new(1, 1));
        }

        var read = new List<Instruction>();
        try
        {
            foreach (var statement in statements)
            {
                var instruction = Parse(statement);
                if (instruction is not (FromInstruction or ArgInstruction) && !read.Exists(before => before is FromInstruction))
                {
                    throw Failed("no build stage in current context", instruction.Lines);
                }

                read.Add(instruction);
            }
        }
        catch (DockerfileException e)
        {
            e.Before = Document(read);
            throw;
        }

        var document = Document(read);
        return document.Stages.Count > 0 ? document : throw Failed("dockerfile contains no stages to build", new(1, 1));
    }

    private DockerfileDocument Document(List<Instruction> instructions)
    {
        var first = instructions.FindIndex(instruction => instruction is FromInstruction);
        var stages = new List<Stage>();
        for (var start = first; start >= 0 && start < instructions.Count;)
        {
            var next = instructions.FindIndex(start + 1, instruction => instruction is FromInstruction);
            var end = next < 0 ? instructions.Count : next;
            stages.Add(new()
            {
                From = (FromInstruction)instructions[start],
                Index = stages.Count,
                Instructions = instructions[(start + 1)..end],
                Lines = new(instructions[start].Lines.Start, instructions[end - 1].Lines.End),
            });
            start = end;
        }

        return new()
        {
            FileName = fileName,
            Lines = lines,
            Syntax = directives.GetValueOrDefault("syntax").Value,
            SyntaxLine = directives.GetValueOrDefault("syntax").Line,
            Check = directives.GetValueOrDefault("check").Value,
            Escape = escape,
            GlobalArgs = [.. instructions.Take(first < 0 ? instructions.Count : first).Cast<ArgInstruction>()],
            Stages = stages,
        };
    }

    private Instruction Parse(Statement statement)
    {
        try
        {
            return new InstructionParser(statement, escape).Parse();
        }
        catch (Exception e) when (e is FormatException or GantryException)
        {
            throw Failed($"dockerfile parse error on line {statement.Lines.Start}: {e.Message}", statement.Lines);
        }
    }

    private void ReadStatements()
    {
        var inDirectives = true;
        var comment = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (inDirectives && Directive().Match(line) is { Success: true } directive && IsKnown(directive.Groups[1].Value.ToLowerInvariant()))
            {
                SetDirective(directive.Groups[1].Value.ToLowerInvariant(), directive.Groups[2].Value.Trim(), i + 1);
                continue;
            }

            inDirectives = false;
            var trimmed = line.Trim();
            // An empty line, or an empty comment, parts what is above from the instruction.
            if (trimmed is "" or "#")
            {
                comment.Clear();
                continue;
            }

            if (trimmed.StartsWith('#'))
            {
                comment.Add(trimmed[1..].Trim());
                continue;
            }

            ReadStatement(ref i, comment);
            comment.Clear();
        }
    }

    private static bool IsKnown(string name) => name is "syntax" or "escape" or "check";

    private void SetDirective(string name, string value, int line)
    {
        if (!directives.TryAdd(name, (value, line)))
        {
            throw Failed($"only one {name} parser directive can be used", new(line, line));
        }

        if (name == "escape")
        {
            escape = value is "\\" or "`" ? value[0] : throw Failed($"invalid escape token '{value}' does not match ` or \\", new(line, line));
        }
    }

    /// <summary>One instruction, with its continuations and here-documents.</summary>
    private void ReadStatement(ref int index, List<string> comment)
    {
        var start = index;
        var text = new StringBuilder();
        var hasEmptyLine = false;
        for (; ; index++)
        {
            var line = index == start ? lines[index].TrimStart() : lines[index];
            var isComment = index > start && line.TrimStart().StartsWith('#');
            var isEmpty = index > start && line.Trim().Length == 0;
            if (!isComment && !isEmpty)
            {
                if (!Continues(line, out var part))
                {
                    text.Append(line);
                    break;
                }

                text.Append(part);
            }
            else
            {
                hasEmptyLine |= isEmpty;
            }

            if (index == lines.Length - 1)
            {
                break;
            }
        }

        var whole = text.ToString().TrimEnd();
        int? emptyContinuation = hasEmptyLine ? index + 1 : null;
        var heredocs = ReadHeredocs(whole, ref index);
        statements.Add(new(whole, new(start + 1, Math.Min(index, lines.Length - 1) + 1), heredocs, comment.Count == 0 ? null : string.Join('\n', comment), emptyContinuation));
    }

    /// <summary>The escape character at the end of the line, blanks after it left out, joins the next line to it.</summary>
    private bool Continues(string line, out string part)
    {
        var end = line.TrimEnd(' ', '\t');
        if (end.EndsWith(escape) && !(end.Length > 1 && end[^2] == escape))
        {
            part = end[..^1];
            return true;
        }

        part = line;
        return false;
    }

    private List<Heredoc> ReadHeredocs(string text, ref int index)
    {
        var found = new List<Heredoc>();
        if (!InstructionParser.TakesHeredocs(text))
        {
            return found;
        }

        foreach (var start in HeredocStart.In(text))
        {
            var content = new StringBuilder();
            var isEnded = false;
            for (index++; index < lines.Length; index++)
            {
                var line = start.Chomp ? lines[index].TrimStart('\t') : lines[index];
                if (line == start.Name)
                {
                    isEnded = true;
                    break;
                }

                content.Append(lines[index]).Append('\n');
            }

            if (!isEnded)
            {
                throw Failed("unterminated heredoc", new(Math.Min(index, lines.Length), Math.Min(index, lines.Length)));
            }

            found.Add(new(start.Name, content.ToString(), start.Expand, start.Chomp));
        }

        return found;
    }

    private DockerfileException Failed(string message, LineRange at) => new(message, fileName, lines, at);

    [GeneratedRegex(@"^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")]
    private static partial Regex Directive();
}

/// <summary>An instruction's text, its lines joined, and the here-documents that follow it.</summary>
/// <param name="EmptyContinuation">The line in which the text ends, where there are empty lines in it.</param>
internal sealed record Statement(string Text, LineRange Lines, IReadOnlyList<Heredoc> Heredocs, string? Comment, int? EmptyContinuation);
