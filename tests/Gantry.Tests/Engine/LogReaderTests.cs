using System.Text;
using System.Text.Json;
using CsCheck;
using Gantry.Engine.Backends;
using Gantry.Engine.Logs;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class LogReaderTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Begin = 1_700_000_000 * Second;
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-log-").FullName;

    private string LogPath => Path.Combine(directory, "c-json.log");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Reads_over_rotated_files_in_order()
    {
        Write(LogPath + ".2", 0, 3);
        Write(LogPath + ".1", 3, 6);
        Write(LogPath, 6, 8);
        Assert.Equal(Lines(0, 8), await ReadAsync(new() { Stdout = true }));
        Assert.Equal(Lines(5, 8), await ReadAsync(new() { Stdout = true, Tail = 3 }));
        Assert.Equal(Lines(0, 8), await ReadAsync(new() { Stdout = true, Tail = 100 }));
        Assert.Empty(await ReadAsync(new() { Stdout = true, Tail = 0 }));
        Assert.Equal(Lines(4, 8), await ReadAsync(new() { Stdout = true, Since = Time(4) }));
        Assert.Equal(Lines(2, 5), await ReadAsync(new() { Stdout = true, Since = Time(2), Until = Time(4) }));
        Assert.Empty(await ReadAsync(new() { Stderr = true }));
    }

    [Fact]
    public async Task A_torn_tail_and_a_torn_middle_lose_nothing_else()
    {
        Write(LogPath, 0, 2);
        await File.AppendAllTextAsync(LogPath, "{\"log\":\"to", TestContext.Current.CancellationToken);
        Write(LogPath, 2, 3);
        await File.AppendAllTextAsync(LogPath, "{\"log\":\"torn", TestContext.Current.CancellationToken);
        Assert.Equal(Lines(0, 3), await ReadAsync(new() { Stdout = true }));
        Assert.Equal(Lines(2, 3), await ReadAsync(new() { Stdout = true, Tail = 1 }));
    }

    [Fact]
    public async Task A_missing_log_is_empty() => Assert.Empty(await ReadAsync(new() { Stdout = true }));

    [Fact]
    public void Tail_and_since_agree_with_a_plain_reading() =>
        Gen.Select(Gen.Int[0, 300].Array[1, 4], Gen.Int[0, 400], Gen.Int[1, 4000]).Sample(
            input =>
            {
                var (files, take, width) = input;
                Array.ForEach(Directory.GetFiles(directory), File.Delete);
                var line = 0;
                for (var i = 0; i < files.Length; i++)
                {
                    var path = files.Length - 1 - i is > 0 and var age ? $"{LogPath}.{age}" : LogPath;
                    Write(path, line, line + files[i], width);
                    line += files[i];
                }

                var all = ReadAsync(new() { Stdout = true }).GetAwaiter().GetResult();
                var tail = ReadAsync(new() { Stdout = true, Tail = take }).GetAwaiter().GetResult();
                var since = ReadAsync(new() { Stdout = true, Since = Time(take) }).GetAwaiter().GetResult();
                return all.Count == line && tail.SequenceEqual(all.Skip(Math.Max(0, line - take))) && since.SequenceEqual(all.Skip(take));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public async Task Following_sees_each_line_once_over_rotations()
    {
        const int Count = 2000;
        Write(LogPath, 0, 1);
        var ended = new TaskCompletionSource();
        var reader = new LogReader(LogPath, LogFormat.Json, new LogWatcher());
        var reading = Task.Run(async () =>
        {
            var seen = new List<string>();
            await foreach (var entry in reader.ReadAsync(new() { Stdout = true, Follow = true }, ended.Task, TestContext.Current.CancellationToken))
            {
                seen.Add(Encoding.UTF8.GetString(entry.Line.Span));
            }

            return seen;
        });
        for (var i = 1; i < Count; i++)
        {
            if (i % 100 == 0)
            {
                // Not faster than a reader can follow: two rotations before it looks once would rightly lose a file.
                await Task.Delay(5, TestContext.Current.CancellationToken);
                if (File.Exists(LogPath + ".1"))
                {
                    File.Move(LogPath + ".1", LogPath + ".2", overwrite: true);
                }

                File.Move(LogPath, LogPath + ".1", overwrite: true);
            }

            Write(LogPath, i, i + 1);
        }

        ended.SetResult();
        Assert.Equal(Lines(0, Count), await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    private static long Time(int line) => Begin + (line * Second);

    private static List<string> Lines(int from, int to) => [.. Enumerable.Range(from, to - from).Select(i => $"line {i}\n")];

    private static void Write(string path, int from, int to, int width = 0)
    {
        var text = new StringBuilder();
        for (var i = from; i < to; i++)
        {
            var attributes = width > 0 ? $"\"attrs\":{{\"pad\":\"{new string('x', (i * 7919) % width)}\"}}," : "";
            text.Append("{\"log\":").Append(JsonSerializer.Serialize($"line {i}\n")).Append(",\"stream\":\"stdout\",").Append(attributes)
                .Append("\"time\":\"").Append(GoTime.FormatUnixNanoseconds(Begin + (i * Second))).Append("\"}\n");
        }

        File.AppendAllText(path, text.ToString());
    }

    private async Task<List<string>> ReadAsync(LogOptions options)
    {
        var lines = new List<string>();
        await foreach (var entry in new LogReader(LogPath, LogFormat.Json, new LogWatcher()).ReadAsync(options, Task.CompletedTask, TestContext.Current.CancellationToken))
        {
            lines.Add(Encoding.UTF8.GetString(entry.Line.Span));
        }

        return lines;
    }
}
