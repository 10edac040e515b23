using System.IO.Compression;
using System.Text;
using CsCheck;
using Gantry.Engine.Backends;
using Gantry.Engine.Logs;
using Gantry.Runtime.Monitor.Logs;
using LogFile = Gantry.Runtime.Monitor.Logs.LogFile;

namespace Gantry.Tests.Engine;

/// <summary>The driver <c>local</c>: what a monitor writes, the daemon reads.</summary>
public sealed class LocalLogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-local-").FullName;

    private string LogPath => Path.Combine(directory, "container.log");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void An_entry_is_dockers()
    {
        Write(-1, 1, (1_700_000_000_000_000_001, "hi"));
        byte[] body = [0x0a, 6, .. "stdout"u8, 0x10, 0x81, 0x80, 0xa8, 0xb1, 0xe3, 0x9f, 0xe7, 0xcb, 0x17, 0x1a, 2, .. "hi"u8, 0x32, 6, 0x0a, 1, .. "k"u8, 0x12, 1, .. "v"u8];
        Assert.Equal((byte[])[0, 0, 0, (byte)body.Length, .. body, 0, 0, 0, (byte)body.Length], File.ReadAllBytes(LogPath));
    }

    [Fact]
    public async Task Parts_and_attributes_come_back()
    {
        var log = new ContainerLog(Open(-1, 1));
        log.Write(false, Encoding.ASCII.GetBytes(new string('x', 20_000) + "\nend"));
        log.Write(true, "\n"u8);
        log.Finish();
        log.Dispose();
        var entries = await ReadAsync(new() { Stdout = true, Stderr = true, Details = true });
        Assert.Equal([16384, 20_000 - 16384 + 1, 1, 3], entries.Select(entry => entry.Line.Length));
        Assert.Equal([LogSource.Stdout, LogSource.Stdout, LogSource.Stderr, LogSource.Stdout], entries.Select(entry => entry.Source));
        Assert.All(entries, entry => Assert.Equal([new("k", "v")], entry.Attributes!));
    }

    [Fact]
    public void Tail_and_since_agree_with_a_plain_reading() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 400], Gen.Int[1, 3000], Gen.Int[1, 4], Gen.Bool).Sample(
            input =>
            {
                var (count, take, width, files, compress) = input;
                Array.ForEach(Directory.GetFiles(directory), File.Delete);
                Write(count * width / 8, files, [.. Enumerable.Range(0, count).Select(i => (1000L + i, $"{i} {new string('\n', i % 3)}\x0a\x06stdout{new string('y', i * 7919 % width)}"))]);
                if (compress) Compress();
                var all = ReadAsync(new() { Stdout = true }).GetAwaiter().GetResult();
                var tail = ReadAsync(new() { Stdout = true, Tail = take }).GetAwaiter().GetResult();
                var since = ReadAsync(new() { Stdout = true, Since = 1000 + take }).GetAwaiter().GetResult();
                return Times(all).SequenceEqual(Enumerable.Range(count - all.Count, all.Count).Select(i => 1000L + i))
                    && (all.Count == count || files < 9)
                    && Times(tail).SequenceEqual(Times(all).TakeLast(take))
                    && Times(since).SequenceEqual(Times(all).Where(time => time >= 1000 + take));
            },
            iter: 100,
            threads: 1);

    [Fact]
    public async Task A_torn_end_is_cut_off_before_more_is_written()
    {
        Write(-1, 1, (1, "one"), (2, "two"));
        var whole = await File.ReadAllBytesAsync(LogPath, TestContext.Current.CancellationToken);
        foreach (var torn in (int[])[1, 5, 20])
        {
            await File.WriteAllBytesAsync(LogPath, [.. whole, .. whole[..torn]], TestContext.Current.CancellationToken);
            Assert.Equal([1L, 2], Times(await ReadAsync(new() { Stdout = true })));
            Assert.Equal([2L], Times(await ReadAsync(new() { Stdout = true, Tail = 1 })));
            Write(-1, 1, (3, "three"));
            Assert.Equal([1L, 2, 3], Times(await ReadAsync(new() { Stdout = true })));
        }
    }

    private static IEnumerable<long> Times(List<LogEntry> entries) => entries.Select(entry => entry.UnixNanoseconds);

    private LogFile Open(long size, int files) =>
        new(LogPath, size, new(LogPath, files, null), new LocalFormat(new Dictionary<string, string> { ["k"] = "v" }));

    private void Write(long size, int files, params (long Time, string Text)[] lines)
    {
        using var file = Open(size, files);
        foreach (var (time, text) in lines)
        {
            file.Append(new() { Text = Encoding.UTF8.GetBytes(text), IsStderr = false, Time = time, Complete = true });
        }
    }

    private void Compress()
    {
        foreach (var path in Directory.GetFiles(directory).Where(path => path != LogPath))
        {
            using (var target = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest)) target.Write(File.ReadAllBytes(path));
            File.Delete(path);
        }
    }

    private async Task<List<LogEntry>> ReadAsync(LogOptions options)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in new LogReader(LogPath, LogFormat.Local, new LogWatcher()).ReadAsync(options, Task.CompletedTask, TestContext.Current.CancellationToken))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
