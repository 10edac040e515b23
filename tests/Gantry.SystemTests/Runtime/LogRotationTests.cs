using System.Text;
using System.Text.Json;
using Gantry.Linux.Files;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.SystemTests.Runtime;

/// <summary>json-file under a heavy writer: no line is lost or torn, neither in the files nor for who follows them.</summary>
public sealed class LogRotationTests
{
    private const int Lines = 200_000;

    [Fact]
    public async Task Nothing_is_lost_or_torn_while_a_reader_follows()
    {
        await using var container = new MonitoredContainer();
        container.Settings = container.Settings with { LogMaxSize = 500_000, LogMaxFiles = 1000 };
        container.Does($"seq 1 {Lines}");
        var path = container.Settings.LogPath!;
        var client = await container.CreateAsync();
        var first = TryOpen(path)!;
        await client.StartAsync(TestContext.Current.CancellationToken);
        var followed = await Task.Run(() => Follow(path, first, () => client.Exited.IsCompleted), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await container.Client.Exited).ExitCode);
        Check(followed);

        var generations = Enumerable.Range(0, 1000).TakeWhile(g => File.Exists(JsonLogLine.PathOf(path, g))).Reverse().ToArray();
        Assert.True(generations.Length > 10, $"{generations.Length} files");
        Assert.All(generations.SkipLast(1), g => Assert.InRange(new FileInfo(JsonLogLine.PathOf(path, g)).Length, 1, 520_000));
        using var all = new MemoryStream();
        foreach (var generation in generations) all.Write(await File.ReadAllBytesAsync(JsonLogLine.PathOf(path, generation), TestContext.Current.CancellationToken));
        Check(all.ToArray());
    }

    [Fact]
    public async Task Old_files_are_compressed_one_after_the_other()
    {
        await using var container = new MonitoredContainer();
        container.Settings = container.Settings with { LogMaxSize = 2_000_000, LogMaxFiles = 1000, LogCompress = true };
        container.Does($"seq 1 {Lines}; sleep 3");
        var path = container.Settings.LogPath!;
        await container.StartAsync();
        Assert.Equal(0, (await container.Client.Exited).ExitCode);
        using var all = new MemoryStream();
        var compressed = 0;
        foreach (var generation in Enumerable.Range(0, 1000).TakeWhile(g => File.Exists(JsonLogLine.PathOf(path, g)) || File.Exists(JsonLogLine.PathOf(path, g) + ".gz")).Reverse())
        {
            var file = JsonLogLine.PathOf(path, generation);
            if (File.Exists(file))
            {
                all.Write(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
                continue;
            }

            await using var stream = new System.IO.Compression.GZipStream(File.OpenRead(file + ".gz"), System.IO.Compression.CompressionMode.Decompress);
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
            compressed++;
        }

        Check(all.ToArray());
        Assert.True(compressed > 3, $"{compressed} files");
        Assert.False(File.Exists(path + ".gz"));
    }

    private static void Check(byte[] log)
    {
        Assert.Equal((byte)'\n', log[^1]);
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(log).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var record = JsonDocument.Parse(line);
            Assert.Equal($"{++number}\n", record.RootElement.GetProperty("log").GetString());
        }

        Assert.Equal(Lines, number);
    }

    /// <summary>Reads on as a reader of log files does: to the end of one, and then the one that came after it.</summary>
    private static byte[] Follow(string path, FileStream file, Func<bool> ended)
    {
        using var all = new MemoryStream();
        while (true)
        {
            // Asked before reading: what is there afterwards was written before the end.
            var last = ended();
            file.CopyTo(all);
            if (Next(path, file) is { } next)
            {
                file.CopyTo(all);
                file.Dispose();
                file = next;
            }
            else if (last)
            {
                file.Dispose();
                return all.ToArray();
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }

    private static FileStream? Next(string path, FileStream file)
    {
        while (true)
        {
            var generation = GenerationOf(path, file);
            if (generation == 0) return null;
            var next = TryOpen(JsonLogLine.PathOf(path, generation - 1));
            // Another rotation between the two looks makes it the wrong one.
            if (next is not null && GenerationOf(path, file) == generation && GenerationOf(path, next) == generation - 1) return next;
            next?.Dispose();
        }
    }

    private static int GenerationOf(string path, FileStream file)
    {
        while (true)
        {
            for (var generation = 0; generation < 1000; generation++)
            {
                using var other = TryOpen(JsonLogLine.PathOf(path, generation));
                if (other is not null && other.SafeFileHandle.Stat().Inode == file.SafeFileHandle.Stat().Inode) return generation;
            }
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
