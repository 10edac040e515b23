using System.Diagnostics.CodeAnalysis;

namespace Gantry.Build.Linting;

/// <summary>Whether a keyword is in small letters or in capitals all through.</summary>
internal static class Casing
{
    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "Keywords are ASCII, and may be in small letters.")]
    public static bool IsLower(string word) => word == word.ToLowerInvariant();

    public static bool IsUpper(string word) => word == word.ToUpperInvariant();
}
