using System.Text.RegularExpressions;

namespace Gantry.Compose.Kubernetes;

/// <summary>Names as RFC 1123 and Kubernetes allow them.</summary>
internal static partial class KubernetesNames
{
    private const int MostLetters = 63;

    /// <summary>Small letters, digits and hyphens, a letter first.</summary>
    public static string Of(string name)
    {
        var text = OtherSigns().Replace(name.ToLowerInvariant(), "-").Trim('-');
        text = text.Length == 0 ? "x" : char.IsAsciiDigit(text[0]) ? $"x-{text}" : text;
        return text.Length > MostLetters ? text[..MostLetters].TrimEnd('-') : text;
    }

    /// <summary>A key of a ConfigMap or Secret.</summary>
    public static string Key(string name) => OtherKeySigns().Replace(name, "_") is { Length: > 0 } key && key is not ("." or "..") ? key : "_";

    /// <summary><c>prefix/name</c>, the prefix a domain.</summary>
    public static bool IsAnnotation(string key) => Annotation().IsMatch(key);

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex OtherSigns();

    [GeneratedRegex("[^-._a-zA-Z0-9]")]
    private static partial Regex OtherKeySigns();

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Annotation();
}
