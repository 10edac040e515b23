using System.Collections.ObjectModel;

namespace Gantry.Compose.Model;

internal static class Empty
{
    public static IReadOnlyDictionary<string, T> Map<T>() => ReadOnlyDictionary<string, T>.Empty;
}
