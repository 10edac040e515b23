using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Tests.Monitor.Receivers;

public sealed class GelfTests
{
    private static readonly LogReceiver Receiver = new()
    {
        Transport = "udp", Host = "127.0.0.1", HostName = "host", Format = "gzip", CompressionLevel = 1, DropsWhileAway = true,
        Fields = new Dictionary<string, string> { ["_container_name"] = "na\"me", ["_tag"] = "t" },
    };

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("none")]
    public async Task A_datagram_is_one_message(string compression)
    {
        using var stage = new ReceiverStage();
        var (socket, port) = stage.Listen(ProtocolType.Udp);
        stage.Open("gelf", Receiver with { Port = port, Format = compression });
        stage.Write("\nsaid \"é\"\n", isStderr: true);
        using var message = JsonDocument.Parse(Decompress(await ReceiverStage.DatagramAsync(socket), compression));
        var root = message.RootElement;
        Assert.Equal(["version", "host", "short_message", "timestamp", "level", "_container_name", "_tag"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("1.1", "host", "said \"é\"", 3, "na\"me"), (
            root.GetProperty("version").GetString(), root.GetProperty("host").GetString(), root.GetProperty("short_message").GetString(),
            root.GetProperty("level").GetInt32(), root.GetProperty("_container_name").GetString()));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0 - root.GetProperty("timestamp").GetDouble(), -1, 10);
    }

    [Fact]
    public async Task A_long_message_comes_in_chunks()
    {
        using var stage = new ReceiverStage();
        var (socket, port) = stage.Listen(ProtocolType.Udp);
        stage.Open("gelf", Receiver with { Port = port, Format = "none" });
        var line = new string('x', 10_000);
        stage.Write(line + "\n");
        List<byte[]> chunks = [];
        do chunks.Add(await ReceiverStage.DatagramAsync(socket));
        while (chunks.Count < chunks[0][11]);
        Assert.All(chunks, chunk => Assert.True(chunk.Length <= 1420 && chunk[0] == 0x1e && chunk[1] == 0x0f && chunk.AsSpan(2, 8).SequenceEqual(chunks[0].AsSpan(2, 8))));
        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => (int)chunk[10]));
        using var message = JsonDocument.Parse(chunks.SelectMany(chunk => chunk[12..]).ToArray());
        Assert.Equal(line, message.RootElement.GetProperty("short_message").GetString());
    }

    [Fact]
    public async Task In_a_stream_a_zero_byte_ends_a_message()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("gelf", Receiver with { Transport = "tcp", Port = port });
        using var stream = await stage.AcceptAsync(listener);
        stage.Write("one\ntwo\n");
        stage.Finish();
        var messages = Encoding.UTF8.GetString(await ReceiverStage.AllAsync(stream)).Split('\0');
        Assert.Equal(3, messages.Length);
        Assert.Equal("", messages[2]);
        Assert.Equal("two", JsonDocument.Parse(messages[1]).RootElement.GetProperty("short_message").GetString());
    }

    private static byte[] Decompress(byte[] data, string compression)
    {
        using var source = new MemoryStream(data);
        using Stream stream = compression switch { "gzip" => new GZipStream(source, CompressionMode.Decompress), "zlib" => new ZLibStream(source, CompressionMode.Decompress), _ => source };
        using var result = new MemoryStream();
        stream.CopyTo(result);
        return result.ToArray();
    }
}
