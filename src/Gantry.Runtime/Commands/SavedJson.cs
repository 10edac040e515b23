using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary>JSON of this program's own records, by hand: see <see cref="Gantry.Spec.Runtime.Reading.ContainerSpecReader"/> for why.</summary>
internal static class SavedJson
{
    private static ReadOnlySpan<byte> Config => "config"u8;

    /// <param name="config">Valid JSON.</param>
    public static byte[] Write(SavedContainer container, ReadOnlySpan<byte> config)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + config.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, container.Id);
            json.WriteString("ociVersion"u8, container.OciVersion);
            json.WriteNumber("pid"u8, container.Pid);
            json.WriteNumber("pidStartTime"u8, container.PidStartTime);
            json.WriteString("bundle"u8, container.Bundle);
            json.WriteString("rootfs"u8, container.Rootfs);
            json.WriteString("created"u8, container.Created.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("cgroupPath"u8, container.CgroupPath);
            json.WriteStartObject("annotations"u8);
            foreach (var (key, value) in container.Annotations ?? new Dictionary<string, string>())
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WritePropertyName(Config);
            json.WriteRawValue(config, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] ReadConfig(byte[] source, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(source);
            return System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetProperty(Config).GetRawText());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new InternalException($"{file} is damaged: {e.Message}", e);
        }
    }

    public static SavedContainer Read(byte[] source, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(source);
            var root = document.RootElement;
            return new()
            {
                Id = root.GetProperty("id"u8).GetString()!,
                OciVersion = root.GetProperty("ociVersion"u8).GetString()!,
                Pid = root.GetProperty("pid"u8).GetInt32(),
                PidStartTime = root.GetProperty("pidStartTime"u8).GetUInt64(),
                Bundle = root.GetProperty("bundle"u8).GetString()!,
                Rootfs = root.GetProperty("rootfs"u8).GetString(),
                Created = root.GetProperty("created"u8).GetDateTimeOffset(),
                CgroupPath = root.GetProperty("cgroupPath"u8).GetString()!,
                Annotations = root.GetProperty("annotations"u8).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InternalException($"{file} is damaged: {e.Message}", e);
        }
    }

    /// <summary>A line of a log, as engines read it.</summary>
    public static string LogLine(string level, string message, string time)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level"u8, level);
            json.WriteString("msg"u8, message);
            json.WriteString("time"u8, time);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
