using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gantry.Runtime.Json;

/// <summary>Writes objects of strings and numbers; names need no escapes.</summary>
internal sealed class JsonObjectWriter
{
    private readonly ArrayBufferWriter<byte> buffer;
    private bool hasMembers;

    /// <param name="room">Bytes to begin with.</param>
    public JsonObjectWriter(int room)
    {
        buffer = new(room);
        Put("{"u8);
    }

    public void String(ReadOnlySpan<byte> name, string? value)
    {
        Name(name);
        Value(value);
    }

    /// <summary>With a name that may need escapes.</summary>
    public void String(string name, string value)
    {
        Put(hasMembers ? ","u8 : default);
        hasMembers = true;
        Value(name);
        Put(":"u8);
        Value(value);
    }

    public void Number(ReadOnlySpan<byte> name, ulong value)
    {
        Name(name);
        _ = value.TryFormat(buffer.GetSpan(20), out var length, provider: CultureInfo.InvariantCulture);
        buffer.Advance(length);
    }

    public void Strings(ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string>? values)
    {
        Name(name);
        Put("{"u8);
        var first = true;
        foreach (var (key, value) in values ?? new Dictionary<string, string>())
        {
            Put(first ? default : ","u8);
            first = false;
            Value(key);
            Put(":"u8);
            Value(value);
        }

        Put("}"u8);
    }

    /// <param name="json">A valid value.</param>
    public void Raw(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        Name(name);
        Put(json);
    }

    /// <summary>Ends the object.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        Put("}"u8);
        return buffer.WrittenSpan;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Put(hasMembers ? ",\""u8 : "\""u8);
        hasMembers = true;
        Put(name);
        Put("\":"u8);
    }

    private void Value(string? value)
    {
        if (value is null)
        {
            Put("null"u8);
            return;
        }

        var text = Encoding.UTF8.GetBytes(value);
        var room = buffer.GetSpan((text.Length * JsonText.LargestExpansion) + 2);
        var end = JsonText.Put(room, 0, "\""u8);
        end = JsonText.Escape(room, end, text);
        buffer.Advance(JsonText.Put(room, end, "\""u8));
    }

    private void Put(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}
