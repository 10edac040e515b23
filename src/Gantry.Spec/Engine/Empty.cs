namespace Gantry.Spec.Engine;

/// <summary>Members that Docker omits when they are the empty string are null here.</summary>
internal static class Empty
{
    public static string? ToNull(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
