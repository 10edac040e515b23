using System.Text.Json;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What answers of the Engine API hold (responses.txt, whose head says how it is written).</summary>
public sealed class ResponseSchema
{
    private readonly Dictionary<string, string> _endpoints = [];
    private readonly Dictionary<string, Dictionary<string, Field>> _types = [];

    public ResponseSchema(string path)
    {
        Dictionary<string, Field>? fields = null;
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split(' ') is [var method, ['/', ..] place, var answer])
            {
                _endpoints[$"{method} {place}"] = answer;
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal) && line.Trim().Split(' ') is [var name, var type])
            {
                fields![name.TrimEnd('!')] = new(type.TrimEnd('?'), name.EndsWith('!'), type.EndsWith('?'));
            }
            else
            {
                fields = _types[line] = [];
            }
        }
    }

    /// <summary>The fields of an answer, as <c>Type.Field</c>, and what is wrong with it, by field.</summary>
    /// <param name="endpoint">As in the file.</param>
    public (IReadOnlySet<string> Fields, IReadOnlyDictionary<string, string> Wrong) Walk(string endpoint, JsonElement answer)
    {
        var (fields, wrong) = (new HashSet<string>(), new Dictionary<string, string>());
        Walk(_endpoints[endpoint], answer, endpoint, fields, wrong);
        return (fields, wrong);
    }

    private void Walk(string type, JsonElement value, string place, HashSet<string> fields, Dictionary<string, string> wrong)
    {
        if (type == "any") return;
        var kind = value.ValueKind;
        var fits = type switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "number" => kind == JsonValueKind.Number,
            "integer" => kind == JsonValueKind.Number && (value.TryGetInt64(out _) || value.TryGetUInt64(out _)),
            ['[', ..] => kind == JsonValueKind.Array,
            _ => kind == JsonValueKind.Object,
        };
        if (!fits)
        {
            wrong[place] = $"{kind} is no {type}";
        }
        else if (type[0] == '[')
        {
            foreach (var item in value.EnumerateArray()) WalkNullable(type[1..^1], item, place + "[]", fields, wrong);
        }
        else if (type[0] == '{')
        {
            foreach (var item in value.EnumerateObject()) WalkNullable(type[1..^1], item.Value, place + "{}", fields, wrong);
        }
        else if (_types.TryGetValue(type, out var known))
        {
            WalkObject(type, known, value, fields, wrong);
        }
    }

    private void WalkObject(string type, Dictionary<string, Field> known, JsonElement value, HashSet<string> fields, Dictionary<string, string> wrong)
    {
        foreach (var member in value.EnumerateObject())
        {
            var name = $"{type}.{member.Name}";
            fields.Add(name);
            if (!known.TryGetValue(member.Name, out var field))
            {
                wrong[name] = "unknown";
            }
            else if (!field.IsNullable || member.Value.ValueKind != JsonValueKind.Null)
            {
                Walk(field.Type, member.Value, name, fields, wrong);
            }
        }

        foreach (var (name, _) in known.Where(field => field.Value.IsRequired && !value.TryGetProperty(field.Key, out _))) wrong[$"{type}.{name}"] = "missing";
    }

    private void WalkNullable(string type, JsonElement value, string place, HashSet<string> fields, Dictionary<string, string> wrong)
    {
        if (!type.EndsWith('?') || value.ValueKind != JsonValueKind.Null) Walk(type.TrimEnd('?'), value, place, fields, wrong);
    }

    private sealed record Field(string Type, bool IsRequired, bool IsNullable);
}
