namespace Gantry.Engine.Containers;

/// <summary>Docker's answers leave some lists and tables out where they are empty, whatever the request said.</summary>
internal static class OmittedFields
{
    public static Dictionary<string, T>? OrNull<T>(Dictionary<string, T>? table) => table is { Count: > 0 } ? table : null;

    public static T[]? OrNull<T>(T[]? list) => list is { Length: > 0 } ? list : null;
}
