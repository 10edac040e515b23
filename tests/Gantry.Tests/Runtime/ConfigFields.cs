using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Spec.Runtime;

namespace Gantry.Tests.Runtime;

/// <summary>All fields of config.json, from the types that it is read into.</summary>
/// <param name="Path">As messages have it: <c>linux.devices[0].path</c>; <c>k</c> stands for the key of a map.</param>
internal sealed record ConfigField(string Path, bool IsObjectOrList);

internal static class ConfigFields
{
    public static IReadOnlyList<ConfigField> All { get; } = [.. Of(typeof(ContainerSpec), "")];

    private static IEnumerable<ConfigField> Of(Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // A filter is kept as it stands, and read when it is compiled.
            if (property.GetCustomAttribute<JsonIgnoreAttribute>() is not null || property.PropertyType == typeof(SeccompSpec)) continue;
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            foreach (var field in Within(property.PropertyType, prefix + name)) yield return field;
        }
    }

    private static IEnumerable<ConfigField> Within(Type type, string path)
    {
        if (!typeof(IEnumerable).IsAssignableFrom(type) || type == typeof(string))
        {
            var isObject = type.Namespace == typeof(ContainerSpec).Namespace;
            return [new(path, isObject), .. isObject ? Of(type, path + ".") : []];
        }

        var element = type.GetGenericArguments()[^1];
        return [new(path, true), .. Within(element, path + (type.GetGenericArguments().Length == 2 ? ".k" : "[0]"))];
    }
}
