namespace Gantry.Build.Dockerfile;

/// <summary>How many letters must be changed, added or left out to make one word of another.</summary>
internal static class EditDistance
{
    private const int Near = 2;

    /// <summary>The word that was probably meant; null where none is like it.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(other => (Word: other, Distance: Of(other, word))).Where(pair => pair.Distance <= Near).OrderBy(pair => pair.Distance).FirstOrDefault().Word;

    private static int Of(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
