using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Tests.Monitor.Receivers;

public sealed class FluentTests
{
    private static readonly LogReceiver Receiver = new()
    {
        Transport = "tcp", Host = "127.0.0.1", Tag = "my.tag", RetryWait = 20,
        Fields = new Dictionary<string, string> { ["container_name"] = "/c" },
    };

    [Fact]
    public async Task A_message_is_a_tag_a_time_and_a_record()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("fluentd", Receiver with { Port = port });
        using var stream = await stage.AcceptAsync(listener);
        stage.Write("hello\n");
        stage.Finish();
        var message = Assert.IsType<object[]>(Assert.Single(MessagePack.ReadAll(await ReceiverStage.AllAsync(stream))));
        Assert.Equal("my.tag", message[0]);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (uint)message[1], 0, 10);
        Assert.Equal(new Dictionary<string, object> { ["container_name"] = "/c", ["source"] = "stdout", ["log"] = "hello" }, message[2]);
    }

    [Fact]
    public async Task A_long_line_comes_in_marked_parts_and_times_can_have_nanoseconds()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("fluentd", Receiver with { Port = port, SubSeconds = true });
        using var stream = await stage.AcceptAsync(listener);
        stage.Write(new string('x', 16384 + 5) + "\nnext\n");
        stage.Finish();
        var messages = MessagePack.ReadAll(await ReceiverStage.AllAsync(stream)).Cast<object[]>().ToArray();
        var records = messages.Select(message => (Dictionary<string, object>)message[2]).ToArray();
        Assert.Equal([16384, 5, 4], records.Select(record => ((string)record["log"]).Length));
        Assert.Equal(["1", "2"], records[..2].Select(record => record["partial_ordinal"]));
        Assert.Equal(["false", "true"], records[..2].Select(record => record["partial_last"]));
        Assert.Equal(records[0]["partial_id"], records[1]["partial_id"]);
        Assert.Equal(64, ((string)records[0]["partial_id"]).Length);
        Assert.False(records[2].ContainsKey("partial_message"));
        Assert.Equal(8, ((byte[])messages[0][1]).Length);
        Assert.Equal((byte[])messages[0][1], (byte[])messages[1][1]);
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_sent_again()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("fluentd", Receiver with { Port = port, Acknowledged = true });
        object[] first;
        using (var lost = await stage.AcceptAsync(listener))
        {
            stage.Write("one\ntwo\n");
            first = await MessageAsync(lost);
        }

        using var stream = await stage.AcceptAsync(listener);
        var again = await MessageAsync(stream);
        Assert.Equal(first[3], again[3]);
        await AcknowledgeAsync(stream, again);
        var second = await MessageAsync(stream);
        Assert.Equal("two", ((Dictionary<string, object>)second[2])["log"]);
        stage.Finish();
        Assert.False(stage.IsDone);
        await AcknowledgeAsync(stream, second);
        await ReceiverStage.EventuallyAsync(() => stage.IsDone);
    }

    [Fact]
    public async Task A_container_waits_for_a_receiver_that_is_slow()
    {
        using var stage = new ReceiverStage();
        var (listener, port) = stage.Listen(ProtocolType.Tcp);
        stage.Open("fluentd", Receiver with { Port = port });
        using var stream = await stage.AcceptAsync(listener);
        var written = 0;
        while (!stage.IsFull)
        {
            stage.Write(new string('x', 10_000) + "\n");
            Assert.True(++written < 10_000);
        }

        var reading = Task.Run(async () => MessagePack.ReadAll(await ReceiverStage.AllAsync(stream)).Count, TestContext.Current.CancellationToken);
        await ReceiverStage.EventuallyAsync(() => !stage.IsFull);
        stage.Finish();
        Assert.Equal(written, await reading);
    }

    [Fact]
    public async Task A_container_that_must_not_wait_loses_what_does_not_fit()
    {
        using var stage = new ReceiverStage();
        var port = ReceiverStage.FreePort();
        stage.Open("fluentd", Receiver with { Port = port, NonBlocking = true, StartsWhileAway = true, BufferLimit = 10_000 });
        for (var i = 0; i < 100; i++) stage.Write($"{i:D3}{new string('x', 1000)}\n");
        Assert.False(stage.IsFull);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
        listener.Listen();
        using var stream = await stage.AcceptAsync(listener);
        stage.Finish();
        var logs = MessagePack.ReadAll(await ReceiverStage.AllAsync(stream)).Select(m => ((string)((Dictionary<string, object>)((object[])m)[2])["log"])[..3]).ToArray();
        Assert.Equal(Enumerable.Range(0, logs.Length).Select(i => $"{i:D3}"), logs);
        Assert.InRange(logs.Length, 5, 12);
    }

    private static async Task<object[]> MessageAsync(NetworkStream stream)
    {
        var buffer = new byte[10_000];
        return (object[])MessagePack.ReadAll(buffer[..await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)])[0];
    }

    private static async Task AcknowledgeAsync(NetworkStream stream, object[] message)
    {
        var id = (string)((Dictionary<string, object>)message[3])["chunk"];
        await stream.WriteAsync((byte[])[0x81, 0xa3, .. "ack"u8, (byte)(0xa0 | id.Length), .. Encoding.ASCII.GetBytes(id)], TestContext.Current.CancellationToken);
    }

    /// <summary>The kinds of values that messages have.</summary>
    private ref struct MessagePack(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> left = data;

        public static List<object> ReadAll(byte[] data)
        {
            var reader = new MessagePack(data);
            List<object> all = [];
            while (!reader.left.IsEmpty) all.Add(reader.Read());
            return all;
        }

        private object Read()
        {
            var kind = Take(1)[0];
            return kind switch
            {
                >= 0x80 and < 0x90 => Map(kind & 0xf),
                >= 0x90 and < 0xa0 => List(kind & 0xf),
                >= 0xa0 and < 0xc0 => Encoding.UTF8.GetString(Take(kind & 0x1f)),
                0xce => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
                0xd7 => Take(9)[1..].ToArray(),
                0xdb => Encoding.UTF8.GetString(Take((int)BinaryPrimitives.ReadUInt32BigEndian(Take(4)))),
                0xde => Map(BinaryPrimitives.ReadUInt16BigEndian(Take(2))),
                _ => throw new InvalidDataException($"kind {kind:x}"),
            };
        }

        private object[] List(int count)
        {
            var list = new object[count];
            for (var i = 0; i < count; i++) list[i] = Read();
            return list;
        }

        private Dictionary<string, object> Map(int count)
        {
            Dictionary<string, object> map = [];
            for (var i = 0; i < count; i++) map.Add((string)Read(), Read());
            return map;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = left[..count];
            left = left[count..];
            return taken;
        }
    }
}
