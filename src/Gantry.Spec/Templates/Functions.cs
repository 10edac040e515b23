using System.Globalization;
using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>The functions of Go's templates, and those Docker adds.</summary>
internal static class Functions
{
    public static bool Exists(string name) => name is
        "and" or "or" or "not" or "len" or "index" or "slice" or "print" or "printf" or "println" or "eq" or "ne" or "lt" or "le" or "gt" or "ge"
        or "html" or "js" or "urlquery" or "call"
        or "json" or "split" or "join" or "title" or "lower" or "upper" or "pad" or "truncate" or "println" or "table";

    public static object? Call(string name, List<object?> a) => name switch
    {
        "not" => !Values.IsTrue(One(name, a)),
        "len" => Length(One(name, a)),
        "index" => Index(a),
        "slice" => a[0] is string ? SliceText(a) : SliceList(a),
        "print" => Formatting.Sprint(a),
        "println" => string.Join(' ', a.Select(Values.Print)) + "\n",
        "printf" => Formatting.Sprintf(Text(name, a, 0), a[1..]),
        "eq" => a.Count < 2 ? throw new TemplateException("error calling eq: missing argument for comparison") : a.Skip(1).Any(b => Equal(a[0], b)),
        "ne" => !Equal(At(name, a, 0, 2), At(name, a, 1, 2)),
        "lt" => Less(name, a),
        "le" => Less(name, a) || Equal(a[0], a[1]),
        "gt" => !(Less(name, a) || Equal(a[0], a[1])),
        "ge" => !Less(name, a),
        "json" => Values.ToJson(One(name, a)),
        "lower" => Text(name, a, 0, 1).ToLowerInvariant(),
        "upper" => Text(name, a, 0, 1).ToUpperInvariant(),
        "title" => Title(Text(name, a, 0, 1)),
        "split" => Text(name, a, 0, 2).Split(Text(name, a, 1, 2)),
        "join" => string.Join(Text(name, a, 1, 2), (Values.Items(At(name, a, 0, 2)) ?? throw new TemplateException($"wrong type for value; expected []string; got {Values.GoType(a[0])}")).Select(i => Values.Print(i.Value))),
        "pad" => Text(name, a, 0, 3) is { Length: > 0 } s ? new string(' ', (int)Whole(name, a, 1)) + s + new string(' ', (int)Whole(name, a, 2)) : "",
        "truncate" => Text(name, a, 0, 2) is var s && s.Length > Whole(name, a, 1) ? s[..(int)Whole(name, a, 1)] : s,
        "html" => System.Net.WebUtility.HtmlEncode(Formatting.Sprint(a)),
        "urlquery" => Uri.EscapeDataString(Formatting.Sprint(a)).Replace("%20", "+", StringComparison.Ordinal),
        "table" => One(name, a),
        _ => throw new TemplateException($"error calling {name}: not supported"),
    };

    private static object? At(string name, List<object?> a, int index, int wanted) =>
        a.Count == wanted ? a[index] : throw new TemplateException($"wrong number of args for {name}: want {wanted} got {a.Count}");

    private static object? One(string name, List<object?> a) => At(name, a, 0, 1);

    private static string Text(string name, List<object?> a, int index, int wanted) => As(At(name, a, index, wanted));

    private static string Text(string name, List<object?> a, int index) =>
        index < a.Count ? As(a[index]) : throw new TemplateException($"wrong number of args for {name}: want at least {index + 1} got {a.Count}");

    private static string As(object? value) => value as string ?? throw new TemplateException($"wrong type for value; expected string; got {Values.GoType(value)}");

    private static long Whole(string name, List<object?> a, int index) => a[index] as long? ?? throw new TemplateException($"error calling {name}: expected integer; found {Values.Print(a[index])}");

    private static long Length(object? value) => value switch
    {
        string s => System.Text.Encoding.UTF8.GetByteCount(s),
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        null => throw new TemplateException("error calling len: len of nil pointer"),
        not (long or double or bool) when Values.Items(value) is { } items => items.LongCount(),
        _ => throw new TemplateException($"error calling len: len of type {Values.GoType(value)}"),
    };

    private static object? Index(List<object?> a)
    {
        if (a.Count == 0) throw new TemplateException("wrong number of args for index: want at least 1 got 0");
        var value = a[0];
        foreach (var key in a.Skip(1))
        {
            switch (value, key)
            {
                case (null, _): throw new TemplateException("error calling index: index of untyped nil");
                case (JsonElement { ValueKind: JsonValueKind.Object } map, string name):
                    value = map.TryGetProperty(name, out var member) ? Values.From(member) : null;
                    break;
                case (string text, long i):
                    value = i >= 0 && i < text.Length ? (long)text[(int)i] : throw OutOfRange(i);
                    break;
                case (ITemplateObject fields, string name):
                    fields.TryGet(name, out value);
                    break;
                case (not (long or double or bool or string), long i) when Values.Items(value) is { } items:
                    var list = items.Select(x => x.Value).ToList();
                    value = i >= 0 && i < list.Count ? list[(int)i] : throw OutOfRange(i);
                    break;
                default:
                    throw new TemplateException(Values.Items(value) is null ? $"error calling index: can't index item of type {Values.GoType(value)}" : $"error calling index: cannot index slice/array with type {Values.GoType(key)}");
            }
        }

        return value;
    }

    private static TemplateException OutOfRange(long index) => new($"error calling index: reflect: slice index out of range: {index}".Replace("reflect: slice index", "index", StringComparison.Ordinal));

    private static string SliceText(List<object?> a)
    {
        var (from, to) = Bounds(a);
        return ((string)a[0]!)[from..to];
    }

    private static List<object?> SliceList(List<object?> a)
    {
        var (from, to) = Bounds(a);
        return [.. Values.Items(a[0])!.Skip(from).Take(to - from).Select(i => i.Value)];
    }

    private static (int From, int To) Bounds(List<object?> a)
    {
        var length = (int)Length(a[0]);
        var from = a.Count > 1 && a[1] is long f ? (int)f : 0;
        var to = a.Count > 2 && a[2] is long t ? (int)t : length;
        if (from < 0 || from > length) throw new TemplateException($"error calling slice: index out of range: {from}");
        if (to < 0 || to > length) throw new TemplateException($"error calling slice: index out of range: {to}");
        return from <= to ? (from, to) : throw new TemplateException($"error calling slice: invalid slice index: {from} > {to}");
    }

    private static bool Equal(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (long x, double y) => x == y,
        (double x, long y) => x == y,
        (JsonElement, _) or (_, JsonElement) => throw new TemplateException("error calling eq: incompatible types for comparison"),
        _ when a.GetType() != b.GetType() => throw new TemplateException("error calling eq: incompatible types for comparison"),
        _ => a.Equals(b),
    };

    private static bool Less(string name, List<object?> a) => (At(name, a, 0, 2), At(name, a, 1, 2)) switch
    {
        (long x, long y) => x < y,
        (double x, double y) => x < y,
        (long x, double y) => x < y,
        (double x, long y) => x < y,
        (string x, string y) => string.CompareOrdinal(x, y) < 0,
        _ => throw new TemplateException($"error calling {name}: incompatible types for comparison"),
    };

    private static string Title(string text)
    {
        var result = text.ToCharArray();
        for (var i = 0; i < result.Length; i++)
        {
            if (i == 0 || !char.IsLetterOrDigit(result[i - 1]) && result[i - 1] is not ('_' or '\'')) result[i] = char.ToUpper(result[i], CultureInfo.InvariantCulture);
        }

        return new string(result);
    }
}
