using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Spec.Engine;

/// <summary>
/// Entries of a context as base64, since there are thousands: of each the path, the mode (32 bits), the size, the time of
/// modification (64 bits each, little endian) and what it links to, empty for no link. Texts are UTF-8 after their length in
/// bytes, seven bits at a time (<see cref="BinaryWriter"/>).
/// </summary>
public sealed class BuildContextEntriesConverter : JsonConverter<BuildContextEntry[]>
{
    public override BuildContextEntry[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes))
        {
            throw new JsonException("the entries of a context must be base64");
        }

        using var stream = new MemoryStream(bytes);
        using var binary = new BinaryReader(stream);
        var entries = new List<BuildContextEntry>();
        try
        {
            while (stream.Position < stream.Length)
            {
                entries.Add(new()
                {
                    Path = binary.ReadString(),
                    Mode = binary.ReadUInt32(),
                    Size = binary.ReadInt64(),
                    Modified = binary.ReadInt64(),
                    Link = binary.ReadString() is { Length: > 0 } link ? link : null,
                });
            }
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new JsonException($"entry {entries.Count} of the context is not to be understood", e);
        }

        return [.. entries];
    }

    public override void Write(Utf8JsonWriter writer, BuildContextEntry[] value, JsonSerializerOptions options)
    {
        using var stream = new MemoryStream();
        using var binary = new BinaryWriter(stream);
        foreach (var entry in value)
        {
            binary.Write(entry.Path);
            binary.Write(entry.Mode);
            binary.Write(entry.Size);
            binary.Write(entry.Modified);
            binary.Write(entry.Link ?? "");
        }

        writer.WriteBase64StringValue(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
