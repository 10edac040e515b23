namespace Gantry.Build.Linting;

/// <summary>Whether a keyword is in small letters or in capitals all through.</summary>
internal static class Casing
{
    public static bool IsLower(string word) => !word.Any(char.IsUpper);

    public static bool IsUpper(string word) => !word.Any(char.IsLower);
}
