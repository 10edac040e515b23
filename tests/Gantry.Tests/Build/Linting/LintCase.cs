namespace Gantry.Tests.Build.Linting;

/// <summary>
/// A Dockerfile and what is said of it. In a file of cases each begins with <c>=== its name</c>; a line that begins with
/// <c>@</c> says what the build is given, <c>&gt;&gt;&gt; 3 Rule: message</c> is a warning, <c>!!! message</c> the failure.
/// </summary>
public sealed record LintCase
{
    public static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Build", "Linting", "Cases");

    public required string Name { get; init; }

    public string Dockerfile { get; private set; } = "";

    /// <summary>The lines behind an <c>@</c>, by their first word.</summary>
    public List<(string Kind, string Value)> Settings { get; } = [];

    public List<string> Warnings { get; } = [];

    public string? Failure { get; private set; }

    public string? Setting(string kind) => Settings.Find(setting => setting.Kind == kind).Value;

    public static IEnumerable<LintCase> All => Directory.EnumerateFiles(Folder, "*.cases").Order(StringComparer.Ordinal).SelectMany(Read);

    private static IEnumerable<LintCase> Read(string file)
    {
        LintCase? current = null;
        foreach (var line in File.ReadAllText(file).TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                if (current is not null) yield return current;
                current = new() { Name = $"{Path.GetFileNameWithoutExtension(file)}: {line[4..]}" };
            }
            else
            {
                current!.Add(line);
            }
        }

        yield return current!;
    }

    private void Add(string line)
    {
        if (line.StartsWith('@')) Settings.Add(line[1..].Split(' ', 2) is [var kind, var value] ? (kind, value) : (line[1..], ""));
        else if (line.StartsWith(">>> ", StringComparison.Ordinal)) Warnings.Add(line[4..]);
        else if (line.StartsWith("!!! ", StringComparison.Ordinal)) Failure = line[4..];
        else Dockerfile += line + "\n";
    }
}
