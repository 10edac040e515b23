using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>An object whose fields a template names: a row of a list, for instance.</summary>
internal interface ITemplateObject
{
    string GoType { get; }

    bool TryGet(string name, out object? value);

    /// <summary>A field that takes an argument; nil is an empty one.</summary>
    bool TryCall(string name, string argument, out object? value)
    {
        value = null;
        return false;
    }

    /// <summary>Its fields are printed by their order, without their names.</summary>
    bool IsStruct => false;

    /// <summary>For json and printing, in order of name.</summary>
    IEnumerable<KeyValuePair<string, object?>> Fields { get; }
}

/// <summary>What templates compute with: null, bool, long, double, string, lists, JSON and <see cref="ITemplateObject"/>s.</summary>
internal static class Values
{
    public static object? From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => element,
    };

    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        string s => s.Length > 0,
        JsonElement { ValueKind: JsonValueKind.Array } a => a.GetArrayLength() > 0,
        JsonElement { ValueKind: JsonValueKind.Object } o => o.EnumerateObject().MoveNext(),
        System.Collections.ICollection c => c.Count > 0,
        _ => true,
    };

    /// <summary>Elements in order; of a map with their keys, sorted.</summary>
    public static IEnumerable<(object? Key, object? Value)>? Items(object? value) => value switch
    {
        null => [],
        JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select((e, i) => ((object?)(long)i, From(e))),
        JsonElement { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => ((object?)p.Name, From(p.Value))),
        IReadOnlyList<object?> list => list.Select((e, i) => ((object?)(long)i, e)),
        long count => Enumerable.Range(0, (int)count).Select(i => ((object?)(long)i, (object?)(long)i)),
        ITemplateObject fields => fields.Fields.Select(f => ((object?)f.Key, f.Value)),
        _ => null,
    };

    public static string GoType(object? value) => value switch
    {
        null => "<nil>",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        JsonElement { ValueKind: JsonValueKind.Array } => "[]interface {}",
        JsonElement => "map[string]interface {}",
        ITemplateObject o => o.GoType,
        IReadOnlyList<string> => "[]string",
        _ => "[]interface {}",
    };

    /// <summary>Go's %v.</summary>
    public static string Print(object? value) => value switch
    {
        null => "<nil>",
        bool b => b ? "true" : "false",
        string s => s,
        long n => n.ToString(CultureInfo.InvariantCulture),
        double d => PrintReal(d),
        ITemplateObject { IsStruct: true } fields => $"{{{string.Join(' ', fields.Fields.Select(f => Print(f.Value)))}}}",
        JsonElement { ValueKind: JsonValueKind.Object } element when GoShapes.Print(element) is { } text => text,
        JsonElement { ValueKind: JsonValueKind.Object } or ITemplateObject => $"map[{string.Join(' ', Items(value)!.Select(i => $"{i.Key}:{Print(i.Value)}"))}]",
        _ when Items(value) is { } items => $"[{string.Join(' ', items.Select(i => Print(i.Value)))}]",
        _ => value.ToString() ?? "",
    };

    /// <summary>JSON as Go's encoder writes it, without escaping for HTML.</summary>
    public static string ToJson(object? value)
    {
        var text = new StringBuilder();
        AppendJson(text, value, escapeHtml: false);
        return text.ToString();
    }

    private static void AppendJson(StringBuilder text, object? value, bool escapeHtml)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case string s: JsonText.AppendString(text, s, escapeHtml); break;
            case JsonElement element: JsonText.AppendCompact(text, element); break;
            case ITemplateObject fields:
                AppendJoined(text, '{', fields.Fields, '}', f =>
                {
                    JsonText.AppendString(text, f.Key);
                    text.Append(':');
                    // Rows are written by Go's default encoder, which escapes what HTML might take for its own.
                    AppendJson(text, f.Value, escapeHtml: true);
                });
                break;
            case bool or long or double: text.Append(Print(value)); break;
            default: AppendJoined(text, '[', Items(value)!, ']', i => AppendJson(text, i.Value, escapeHtml)); break;
        }
    }

    private static void AppendJoined<T>(StringBuilder text, char open, IEnumerable<T> items, char close, Action<T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) text.Append(',');
            first = false;
            append(item);
        }

        text.Append(close);
    }

    // Go prints %v of a float64 as %g with the shortest digits, exponents from 21 on.
    private static string PrintReal(double value) =>
        Math.Abs(value) is >= 1e21 or (< 1e-4 and > 0) ? value.ToString("0.################e+00", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);
}
