using System.Globalization;
using System.IO.Compression;
using Gantry.Runtime.Json;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>
/// The Graylog Extended Log Format 1.1 (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html): JSON, with a zero byte
/// behind it in a stream; in datagrams compressed, and cut where one is not enough.
/// </summary>
internal sealed class GelfProtocol : ReceiverProtocol, IMessageFormat
{
    private const int Error = 3;
    private const int Informational = 6;
    private const int DatagramSize = 1420;
    private const int ChunkHeader = 12;
    private const int MostChunks = 128;
    private const int Around = 64;

    private readonly LogReceiver receiver;
    private readonly byte[] begin;
    private readonly byte[] end;
    private readonly bool isDatagram;

    public GelfProtocol(LogReceiver receiver)
    {
        this.receiver = receiver;
        isDatagram = receiver.Transport == "udp";
        var before = new JsonObjectWriter(64);
        before.String("version"u8, "1.1");
        before.String("host"u8, receiver.HostName);
        begin = [.. before.Finish()[..^1], .. ",\"short_message\":\""u8];
        var after = new JsonObjectWriter(512);
        foreach (var (name, value) in receiver.Fields ?? new Dictionary<string, string>())
        {
            after.String(name, value);
        }

        end = after.Finish()[1..].ToArray();
    }

    public override IMessageFormat Format => this;

    public override bool SkipsEmpty => true;

    public int Room(in LogMessage message) => begin.Length + (message.Text.Length * JsonText.LargestExpansion) + end.Length + Around;

    public int Write(Span<byte> destination, in LogMessage message)
    {
        var position = JsonText.Escape(destination, JsonText.Put(destination, 0, begin), message.Text);
        position = JsonText.Put(destination, position, "\",\"timestamp\":"u8);
        var (seconds, milliseconds) = Math.DivRem(message.Time / 1_000_000, 1000);
        position = PutNumber(destination, position, seconds, default);
        position = PutNumber(destination, JsonText.Put(destination, position, "."u8), milliseconds, "D3");
        position = JsonText.Put(destination, position, ",\"level\":"u8);
        position = PutNumber(destination, position, message.IsStderr ? Error : Informational, default);
        if (receiver.Fields is { Count: > 0 })
        {
            position = JsonText.Put(destination, position, ","u8);
        }

        position = JsonText.Put(destination, position, end);
        return isDatagram ? position : JsonText.Put(destination, position, "\0"u8);
    }

    public override void Pack(ReadOnlySpan<byte> message, MessageQueue queue)
    {
        var packed = isDatagram && receiver.Format != "none" ? Compress(message) : message;
        if (!isDatagram || packed.Length <= DatagramSize)
        {
            queue.Add(packed);
            return;
        }

        const int room = DatagramSize - ChunkHeader;
        var count = (packed.Length + room - 1) / room;
        if (count > MostChunks)
        {
            // No receiver would take it.
            return;
        }

        Span<byte> chunk = stackalloc byte[DatagramSize];
        (chunk[0], chunk[1]) = (0x1e, 0x0f);
        Random.Shared.NextBytes(chunk[2..10]);
        chunk[11] = (byte)count;
        for (var i = 0; i < count; i++)
        {
            chunk[10] = (byte)i;
            var part = packed.Slice(i * room, Math.Min(room, packed.Length - (i * room)));
            part.CopyTo(chunk[ChunkHeader..]);
            queue.Add(chunk[..(ChunkHeader + part.Length)]);
        }
    }

    private static int PutNumber(Span<byte> destination, int position, long number, ReadOnlySpan<char> format)
    {
        _ = number.TryFormat(destination[position..], out var digits, format, CultureInfo.InvariantCulture);
        return position + digits;
    }

    private ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> message)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = receiver.CompressionLevel };
        var target = new MemoryStream(DatagramSize);
        using (Stream stream = receiver.Format == "zlib" ? new ZLibStream(target, options, leaveOpen: true) : new GZipStream(target, options, leaveOpen: true))
        {
            stream.Write(message);
        }

        return target.GetBuffer().AsSpan(0, (int)target.Length);
    }
}
