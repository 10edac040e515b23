using System.Globalization;
using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>What is asked of single fields of config.json: a refusal names the field, its value and what is allowed.</summary>
internal static class Fields
{
    public static void Absolute(string path, string field)
    {
        NoNul(path, field);
        if (path is not ['/', ..])
        {
            throw new InvalidArgumentException($"{field}: {path} is not an absolute path");
        }
    }

    public static void NoNul(string? text, string field)
    {
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw new InvalidArgumentException($"{field}: {text.Replace("\0", "\\0", StringComparison.Ordinal)} contains a NUL character");
        }
    }

    public static void NoNul(IReadOnlyList<string>? texts, string field)
    {
        for (var i = 0; i < (texts?.Count ?? 0); i++)
        {
            if (texts![i].Contains('\0', StringComparison.Ordinal))
            {
                NoNul(texts[i], At(field, i));
            }
        }
    }

    /// <param name="meaning">Said of the range, as <c>, least to most urgent</c>.</param>
    public static void Between(long? value, long least, long most, string field, string meaning = "")
    {
        if (value < least || value > most)
        {
            throw new InvalidArgumentException(string.Create(CultureInfo.InvariantCulture, $"{field}: {value} is not from {least} to {most}{meaning}"));
        }
    }

    /// <summary>The kernel takes the highest number for "leave it as it is" (setresuid(2)): whoever asked for it would stay root.</summary>
    public static void IsId(uint? id, string field)
    {
        if (id == uint.MaxValue)
        {
            throw new InvalidArgumentException($"{field}: {id} is no id: the highest is 4294967294");
        }
    }

    public static string At(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");
}
