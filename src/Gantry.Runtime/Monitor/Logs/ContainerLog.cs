using System.Buffers;
using System.Text.Json;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>The log of a container's two streams in one file.</summary>
internal sealed class ContainerLog : IDisposable
{
    private readonly LogTime time = new();

    public ContainerLog(LogFile file)
    {
        File = file;
        Stdout = new LineSplitter(file, time, "stdout"u8.ToArray());
        Stderr = new LineSplitter(file, time, "stderr"u8.ToArray());
    }

    public LogFile File { get; }

    public LineSplitter Stdout { get; }

    public LineSplitter Stderr { get; }

    /// <summary>Null for the driver <c>none</c>.</summary>
    public static ContainerLog? Create(MonitorSettings settings) => settings.LogDriver == "none" || settings.LogPath is null
        ? null
        : new(new LogFile(settings.LogPath, settings.LogMaxSize, settings.LogMaxFiles, AttributesOf(settings.LogLabels)));

    /// <summary>Logs what was just read from a stream, and leaves it in the file.</summary>
    public void Write(bool stderr, ReadOnlySpan<byte> data)
    {
        (stderr ? Stderr : Stdout).Add(data, Clock.Now());
        File.Flush();
    }

    public void Finish()
    {
        Stdout.Finish(Clock.Now());
        Stderr.Finish(Clock.Now());
        File.Flush();
    }

    public void Dispose() => File.Dispose();

    private static byte[] AttributesOf(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null || labels.Count == 0)
        {
            return [];
        }

        // Docker's attributes are a Go map, which is written sorted by key.
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        foreach (var (key, value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
