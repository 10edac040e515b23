using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Logs;

/// <summary>A driver that is another program, over Docker's log plug-in protocol.</summary>
public sealed class LogPluginTests
{
    [Fact]
    public async Task A_plugin_reads_every_line_from_its_pipe_and_is_told_of_the_end()
    {
        await using var stage = await LogStage.CreateAsync();
        List<string> calls = [];
        var reading = Task.FromResult<byte[]>([]);
        JsonElement info = default;
        await using var plugin = new PluginServer(stage.Sandbox.PathInside("/run/docker/plugins/keeper.sock"), (method, request) =>
        {
            lock (calls) calls.Add(method);
            if (method == "LogDriver.StartLogging")
            {
                info = request.GetProperty("Info").Clone();
                // Opening waits for the writer, which opens the pipe when this has been answered.
                var pipe = stage.Sandbox.PathInside(request.GetProperty("File").GetString()!);
                reading = Task.Run(() => File.ReadAllBytes(pipe));
            }

            return method == "Plugin.Activate" ? "{\"Implements\":[\"LogDriver\"]}" : "{}";
        });
        (await stage.DockerAsync("run", "--name", "logged", "--network", "none", "-l", "a=b", "--log-driver", "keeper", "--log-opt", "anything=goes", "busybox",
            "sh", "-c", "for i in $(seq 100); do echo line $i; done")).Succeeds();
        var entries = Entries(await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"line {i}"), entries);
        Assert.Equal(("/logged", "goes", "b", "busybox"), (
            info.GetProperty("ContainerName").GetString(), info.GetProperty("Config").GetProperty("anything").GetString(),
            info.GetProperty("ContainerLabels").GetProperty("a").GetString(), info.GetProperty("ContainerImageName").GetString()));
        for (var attempt = 0; attempt < 100 && Calls() < 3; attempt++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(["Plugin.Activate", "LogDriver.StartLogging", "LogDriver.StopLogging"], calls);
        Assert.Equal(100, (await stage.DockerAsync("logs", "logged")).Lines.Length);
        (await stage.DockerAsync("run", "--rm", "--log-driver", "nobody", "busybox", "true")).Exits(125).Says("logger: no log driver named 'nobody' is registered");

        int Calls()
        {
            lock (calls) return calls.Count;
        }
    }

    private static List<string> Entries(ReadOnlySpan<byte> data)
    {
        List<string> entries = [];
        while (!data.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(data);
            // Field 1 is the stream, 2 the time in nine bytes, 3 the line.
            var line = data.Slice(4 + 8 + 10, length - 8 - 10);
            Assert.Equal((0x1a, line.Length - 2), (line[0], line[1]));
            entries.Add(Encoding.UTF8.GetString(line[2..]));
            data = data[(4 + length)..];
        }

        return entries;
    }
}
