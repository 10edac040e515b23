namespace Gantry.Spec.Build;

/// <summary>The patterns of a <c>.dockerignore</c>, the last that matches counts (reference.md of the command line, ".dockerignore files").</summary>
public sealed class IgnorePatterns
{
    private readonly List<Pattern> patterns = [];

    private IgnorePatterns(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Add(line);
        }

        HasExceptions = patterns.Exists(pattern => pattern.IsException);
        LeavesNothing = patterns.Exists(pattern => !pattern.IsException && pattern.IsEverything);
    }

    /// <summary>What a pattern leaves out another may take in again.</summary>
    public bool HasExceptions { get; }

    /// <summary>A pattern leaves out all there is, but for exceptions.</summary>
    public bool LeavesNothing { get; }

    public static IgnorePatterns Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text.TrimStart('\uFEFF').Split('\n').Where(line => !line.StartsWith('#')));
    }

    public static IgnorePatterns Of(IEnumerable<string> patterns) => new(patterns);

    /// <param name="path">Without a slash at either end.</param>
    public bool IsIgnored(string path)
    {
        var isIgnored = false;
        foreach (var pattern in patterns)
        {
            // Only what may change the answer is looked at.
            if (pattern.IsException == isIgnored && pattern.MatchesWithParents(path))
            {
                isIgnored = !pattern.IsException;
            }
        }

        return isIgnored;
    }

    /// <summary>Whether something in an ignored directory may be wanted all the same.</summary>
    public bool MayContainIncluded(string directory) => HasExceptions && patterns.Exists(pattern => pattern.IsException && pattern.MayMatchBelow(directory));

    private void Add(string line)
    {
        var text = line.Trim();
        var isException = text.StartsWith('!');
        if (isException)
        {
            text = text[1..].Trim();
        }

        if (text.Length == 0)
        {
            if (isException)
            {
                throw new InvalidArgumentException("invalid .dockerignore: illegal exclusion pattern: \"!\": a pattern must follow it");
            }

            return;
        }

        var parts = new List<string>();
        foreach (var part in text.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "**")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        if (parts.Count > 0)
        {
            patterns.Add(new(isException, [.. parts]));
        }
    }

    private sealed class Pattern
    {
        private readonly string[] parts;
        private readonly GlobPattern?[] globs;

        public Pattern(bool isException, string[] parts)
        {
            IsException = isException;
            this.parts = parts;
            globs = [.. parts.Select(part => part != "**" && part.AsSpan().IndexOfAny("*?[\\") >= 0 ? GlobPattern.Parse(part) : null)];
        }

        public bool IsException { get; }

        public bool IsEverything => parts is ["*"] or ["**"] or ["**", "*"];

        /// <summary>The path, or a directory above it, matches.</summary>
        public bool MatchesWithParents(ReadOnlySpan<char> path) => Matches(path, 0, prefix: true);

        /// <summary>Something below the directory may match: as far as both go, they agree.</summary>
        public bool MayMatchBelow(ReadOnlySpan<char> directory)
        {
            var index = 0;
            foreach (var range in directory.Split('/'))
            {
                if (index == parts.Length)
                {
                    return false;
                }

                if (parts[index] == "**")
                {
                    return true;
                }

                if (!MatchesPart(index++, directory[range]))
                {
                    return false;
                }
            }

            return index < parts.Length;
        }

        private bool Matches(ReadOnlySpan<char> path, int index, bool prefix)
        {
            while (true)
            {
                if (index == parts.Length)
                {
                    return path.IsEmpty || prefix;
                }

                if (parts[index] == "**")
                {
                    return index == parts.Length - 1 || MatchesBehindStars(path, index + 1, prefix);
                }

                if (path.IsEmpty)
                {
                    return false;
                }

                var slash = path.IndexOf('/');
                var name = slash < 0 ? path : path[..slash];
                if (!MatchesPart(index, name))
                {
                    return false;
                }

                path = slash < 0 ? [] : path[(slash + 1)..];
                index++;
            }
        }

        private bool MatchesBehindStars(ReadOnlySpan<char> path, int index, bool prefix)
        {
            while (!path.IsEmpty)
            {
                if (Matches(path, index, prefix))
                {
                    return true;
                }

                var slash = path.IndexOf('/');
                path = slash < 0 ? [] : path[(slash + 1)..];
            }

            return false;
        }

        private bool MatchesPart(int index, ReadOnlySpan<char> name) =>
            globs[index] is { } glob ? glob.IsMatch(name) : name.SequenceEqual(parts[index]);
    }
}
