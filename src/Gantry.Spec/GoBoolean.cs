namespace Gantry.Spec;

/// <summary>Truth as Go's <c>strconv.ParseBool</c> reads it, and so Docker's options.</summary>
public static class GoBoolean
{
    public static bool TryParse(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "true" or "TRUE" or "True";
        return value || text is "0" or "f" or "F" or "false" or "FALSE" or "False";
    }
}
