using System.Text;
using System.Text.Json;
using CsCheck;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Tests.Monitor;

public sealed class ContainerLogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-log").FullName;

    private string LogPath => Path.Combine(directory, "c-json.log");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Output_comes_back_however_it_is_cut()
    {
        var genText = Gen.OneOf(Gen.String, Gen.Const("x\n"), Gen.Int[1, 40_000].Select(n => new string('y', n)), Gen.Const("é漢\n"));
        genText.List[0, 12].Select(Gen.Int[1, 9000], (parts, size) => (Encoding.UTF8.GetBytes(string.Concat(parts)), size)).Sample(
            sample =>
            {
                var (bytes, size) = sample;
                var path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
                using (var log = Create(path, -1, 1))
                {
                    foreach (var chunk in bytes.Chunk(size))
                    {
                        log.Write(false, chunk);
                    }

                    log.Finish();
                }

                var lines = Read(path);
                Assert.Equal(Encoding.UTF8.GetString(bytes), string.Concat(lines.Select(l => l.Text)));
                Assert.All(lines.SkipLast(1), l => Assert.True(l.Text.EndsWith('\n') || Encoding.UTF8.GetByteCount(l.Text) > JsonLogLine.LongestText - 4));
                File.Delete(path);
            },
            iter: 200);
    }

    [Theory]
    [InlineData(16383, new[] { 16384 })]
    [InlineData(16384, new[] { 16384, 1 })]
    [InlineData(16385, new[] { 16384, 2 })]
    [InlineData(40000, new[] { 16384, 16384, 7233 })]
    public void A_long_line_is_cut_every_16_KiB(int length, int[] expected)
    {
        using (var log = Create(LogPath, -1, 1))
        {
            log.Write(false, Encoding.ASCII.GetBytes(new string('z', length) + "\n"));
        }

        var lines = Read(LogPath);
        Assert.Equal(expected, lines.Select(l => l.Text.Length));
        Assert.Single(lines.Select(l => l.Time).Distinct());
    }

    [Fact]
    public void A_stream_that_ends_amid_a_line_is_logged_without_its_end()
    {
        using (var log = Create(LogPath, -1, 1))
        {
            log.Write(false, "out"u8);
            log.Write(true, "err\n"u8);
            log.Finish();
        }

        Assert.Equal([("err\n", "stderr"), ("out", "stdout")], Read(LogPath).Select(l => (l.Text, l.Stream)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    public void Rotation_keeps_so_many_files_of_whole_lines(int files, int expected)
    {
        using (var log = Create(LogPath, 1000, files))
        {
            for (var i = 0; i < 200; i++)
            {
                log.Write(false, Encoding.ASCII.GetBytes($"line {i}\n"));
            }
        }

        Assert.Equal(expected, Directory.GetFiles(directory).Length);
        var all = Enumerable.Range(0, files).Reverse().SelectMany(i => Read(JsonLogLine.PathOf(LogPath, i))).Select(l => l.Text).ToArray();
        Assert.Equal(Enumerable.Range(200 - all.Length, all.Length).Select(i => $"line {i}\n"), all);
        Assert.All(Enumerable.Range(1, files - 1), i => Assert.InRange(new FileInfo(JsonLogLine.PathOf(LogPath, i)).Length, 1000, 1100));
    }

    [Fact]
    public void A_torn_tail_is_ended_before_the_next_line()
    {
        File.WriteAllText(LogPath, """{"log":"torn""");
        using (var log = Create(LogPath, -1, 1))
        {
            log.Write(false, "whole\n"u8);
        }

        var lines = File.ReadAllLines(LogPath);
        Assert.Equal("""{"log":"torn""", lines[0]);
        Assert.StartsWith("""{"log":"whole\n",""", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follower_sees_every_line_once_across_rotations()
    {
        const int count = 50_000;
        using var log = Create(LogPath, 200_000, 1000);
        // It never waits: a thread of its own, that no other test's work has to be done for.
        var follower = Task.Factory.StartNew(() => Follow(count), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < count; i++)
        {
            log.Write(false, Encoding.ASCII.GetBytes($"line {i}\n"));
        }

        var seen = await follower.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"line {i}\n"), seen);
        Assert.True(Directory.GetFiles(directory).Length > 10);
    }

    private static ContainerLog Create(string path, long size, int files) => new(new LogFile(path, size, new(path, files, null), new JsonFormat(null)));

    private static (string Text, string Stream, string Time)[] Read(string path) => [.. File.ReadAllLines(path).Select(Parse)];

    private static (string Text, string Stream, string Time) Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return (root.GetProperty("log").GetString()!, root.GetProperty("stream").GetString()!, root.GetProperty("time").GetString()!);
    }

    // Reads to the end of a file; goes on with the next one when the name stands for another and this one is read out.
    private List<string> Follow(int count)
    {
        List<string> seen = [];
        var file = Open();
        var rest = "";
        while (seen.Count < count)
        {
            var moved = Inode(file) != Inode(LogPath);
            var text = rest + file.ReadToEnd();
            var end = text.LastIndexOf('\n') + 1;
            rest = text[end..];
            seen.AddRange(text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => Parse(l).Text));
            if (moved && end == 0)
            {
                Assert.Empty(rest);
                file = Next(file);
            }
        }

        return seen;
    }

    private StreamReader Open() => new(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    // The file that was begun after this one: older files have higher numbers.
    private StreamReader Next(StreamReader current)
    {
        while (true)
        {
            var inode = Inode(current);
            for (var i = 1; i < 1000 && File.Exists(JsonLogLine.PathOf(LogPath, i)); i++)
            {
                if (Inode(JsonLogLine.PathOf(LogPath, i)) == inode)
                {
                    var next = new StreamReader(new FileStream(JsonLogLine.PathOf(LogPath, i - 1), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
                    // A rotation between the two looks would have moved the names.
                    if (Inode(JsonLogLine.PathOf(LogPath, i)) == inode && Inode(next) == Inode(JsonLogLine.PathOf(LogPath, i - 1)))
                    {
                        current.Dispose();
                        return next;
                    }

                    next.Dispose();
                    break;
                }
            }
        }
    }

    private static ulong Inode(StreamReader reader)
    {
        using var descriptor = new FileDescriptor((int)((FileStream)reader.BaseStream).SafeFileHandle.DangerousGetHandle(), ownsHandle: false);
        return descriptor.Stat().Inode;
    }

    private static ulong Inode(string path)
    {
        using var directory = RootedDirectory.Open(Path.GetDirectoryName(path)!);
        return directory.TryStat(Path.GetFileName(path))?.Inode ?? 0;
    }
}
