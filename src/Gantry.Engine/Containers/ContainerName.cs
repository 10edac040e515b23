using System.Buffers;
using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>The rules for a container's name: Docker's <c>[a-zA-Z0-9][a-zA-Z0-9_.-]+</c>.</summary>
internal static class ContainerName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length >= 2 && char.IsAsciiLetterOrDigit(name[0]) && !name.ContainsAnyExcept(Allowed);

    /// <summary>The name without the slash that clients may write before it.</summary>
    public static string Require(string name)
    {
        var bare = name.StartsWith('/') ? name[1..] : name;
        return IsValid(bare)
            ? bare
            : throw new InvalidArgumentException($"Invalid container name ({bare}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }
}
