namespace Gantry.Compose.Schema;

/// <summary>The word that was probably meant.</summary>
internal static class NearestWord
{
    private const int Near = 2;

    public static string? To(string word, IEnumerable<string> known) =>
        known.Select(other => (Word: other, Distance: Distance(word, other)))
            .Where(pair => pair.Distance <= Near && pair.Distance < word.Length)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Word)
            .FirstOrDefault();

    /// <summary>Letters changed, added, left out, or swapped with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var table = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var changed = table[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(changed, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[one.Length, other.Length];
    }
}
