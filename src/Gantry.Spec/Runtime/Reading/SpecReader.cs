using System.Text;
using System.Text.Json;

namespace Gantry.Spec.Runtime.Reading;

/// <summary>
/// Walks JSON forward and reads values of the kind that the caller expects. A runtime reads one configuration in its
/// life, a few milliseconds before it ends: the serializer's tables would cost more than all the rest it does.
/// </summary>
public ref struct SpecReader(ReadOnlySpan<byte> source, string file)
{
    private readonly ReadOnlySpan<byte> source = source;
    private Utf8JsonReader json = new(source);

    /// <summary>Moves to the first value, which must be an object.</summary>
    public void Begin()
    {
        Advance();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong("an object");
        }
    }

    /// <summary>After the last property nothing may follow.</summary>
    public void End()
    {
        try
        {
            if (json.Read())
            {
                throw Wrong("the end");
            }
        }
        catch (JsonException e)
        {
            throw NotJson(e);
        }
    }

    /// <summary>Moves into the object that is the current value; false when that is null.</summary>
    public bool BeginObject() => Value() && (json.TokenType == JsonTokenType.StartObject ? true : throw Wrong("an object"));

    public bool BeginArray() => Value() && (json.TokenType == JsonTokenType.StartArray ? true : throw Wrong("an array"));

    /// <summary>Moves to the next property of an object; false at its end.</summary>
    public bool NextProperty()
    {
        Advance();
        return json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves to the next element of an array, which is then the current value; false at its end.</summary>
    public bool NextElement()
    {
        Advance();
        elementIsCurrent = json.TokenType != JsonTokenType.EndArray;
        return elementIsCurrent;
    }

    private bool elementIsCurrent;

    public readonly bool Is(ReadOnlySpan<byte> name) => json.ValueTextEquals(name);

    public readonly string Name() => Text();

    /// <summary>Passes over the value of a property that means nothing here.</summary>
    public void Skip()
    {
        try
        {
            elementIsCurrent = false;
            json.Skip();
        }
        catch (JsonException e)
        {
            throw NotJson(e);
        }
    }

    /// <summary>Passes over the value, and returns its bytes; empty for null.</summary>
    public ReadOnlySpan<byte> Raw()
    {
        if (!Value())
        {
            return [];
        }

        var start = (int)json.TokenStartIndex;
        Skip();
        return source[start..(int)json.BytesConsumed];
    }

    public string? String() => !Value() ? null : json.TokenType == JsonTokenType.String ? Text() : throw Wrong("a string");

    public bool? Bool() => !Value() ? null : json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong("true or false"),
    };

    public long? Int64() => !Value() ? null : json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) ? value : throw Wrong("a whole number");

    public ulong? UInt64() =>
        !Value() ? null : json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out var value) ? value : throw Wrong("a whole number, 0 or above");

    public int? Int32() => !Value() ? null : json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var value) ? value : throw Wrong("a whole number of 32 bits");

    public uint? UInt32() =>
        !Value() ? null : json.TokenType == JsonTokenType.Number && json.TryGetUInt32(out var value) ? value : throw Wrong("a whole number from 0 to 4294967295");

    public ushort? UInt16() =>
        !Value() ? null : json.TokenType == JsonTokenType.Number && json.TryGetUInt16(out var value) ? value : throw Wrong("a whole number from 0 to 65535");

    public List<string>? Strings()
    {
        if (!BeginArray())
        {
            return null;
        }

        List<string> list = [];
        while (NextElement())
        {
            list.Add(String() ?? throw Wrong("a string"));
        }

        return list;
    }

    public List<uint>? Numbers()
    {
        if (!BeginArray())
        {
            return null;
        }

        List<uint> list = [];
        while (NextElement())
        {
            list.Add(UInt32() ?? throw Wrong("a number"));
        }

        return list;
    }

    public Dictionary<string, string>? Map()
    {
        if (!BeginObject())
        {
            return null;
        }

        Dictionary<string, string> map = [];
        while (NextProperty())
        {
            var name = Name();
            map[name] = String() ?? string.Empty;
        }

        return map;
    }

    public readonly InvalidArgumentException Missing(string field) => new($"{file}: {field} is missing");

    /// <summary>Moves to the value that is to be read; false when it is null.</summary>
    private bool Value()
    {
        if (!elementIsCurrent)
        {
            Advance();
        }

        elementIsCurrent = false;
        return json.TokenType != JsonTokenType.Null;
    }

    private void Advance()
    {
        try
        {
            elementIsCurrent = false;
            if (!json.Read())
            {
                throw new InvalidArgumentException($"{file} ends too early");
            }
        }
        catch (JsonException e)
        {
            throw NotJson(e);
        }
    }

    private readonly string Text()
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, or bytes that are not UTF-8.
            throw new InvalidArgumentException($"{file}: {JsonPlace.Of(source, json.TokenStartIndex)}: {Encoding.UTF8.GetString(json.ValueSpan)} is not text", e);
        }
    }

    private readonly InvalidArgumentException NotJson(JsonException e) =>
        new($"{file} is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", e);

    private readonly InvalidArgumentException Wrong(string wanted)
    {
        var value = json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.EndObject or JsonTokenType.EndArray => "nothing",
            _ => Encoding.UTF8.GetString(json.ValueSpan),
        };
        return new($"{file}: {JsonPlace.Of(source, json.TokenStartIndex)}: {value} is not {wanted}");
    }
}
