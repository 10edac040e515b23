using System.Globalization;
using System.Text.Json;
using Gantry.Runtime.Json;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary>JSON of this program's own records, by hand: see <see cref="Gantry.Spec.Runtime.Reading.ContainerSpecReader"/> for why.</summary>
internal static class SavedJson
{
    private static ReadOnlySpan<byte> Config => "config"u8;

    /// <param name="config">Valid JSON.</param>
    public static ReadOnlySpan<byte> Write(SavedContainer container, ReadOnlySpan<byte> config)
    {
        var json = new JsonObjectWriter(1024 + config.Length);
        json.String("id"u8, container.Id);
        json.String("ociVersion"u8, container.OciVersion);
        json.Number("pid"u8, (ulong)container.Pid);
        json.Number("pidStartTime"u8, container.PidStartTime);
        json.String("bundle"u8, container.Bundle);
        json.String("rootfs"u8, container.Rootfs);
        json.String("created"u8, container.Created.ToString("O", CultureInfo.InvariantCulture));
        json.String("cgroupPath"u8, container.CgroupPath);
        json.Strings("annotations"u8, container.Annotations);
        json.Raw(Config, config);
        return json.Finish();
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
        var json = new JsonObjectWriter(256);
        json.String("level"u8, level);
        json.String("msg"u8, message);
        json.String("time"u8, time);
        return System.Text.Encoding.UTF8.GetString(json.Finish());
    }
}
