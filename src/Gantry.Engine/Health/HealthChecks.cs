using System.Buffers.Binary;
using System.Text;
using Gantry.Engine.Containers;
using Gantry.Engine.Execs;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Health;

/// <summary>Checks the health of running containers by execs, as their <see cref="HealthConfig"/> says.</summary>
internal sealed class HealthChecks(EngineParts parts, ExecService execs)
{
    private const int OutputLimit = 4096;
    private const int DefaultRetries = 3;
    private static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultStartInterval = TimeSpan.FromSeconds(5);

    public void Begin(Container container)
    {
        End(container);
        if (container.Record.Config.Healthcheck is not { Test: ["CMD" or "CMD-SHELL", _, ..] } check)
        {
            container.Health = null;
            return;
        }

        var state = new HealthState(check.Retries > 0 ? check.Retries : DefaultRetries);
        container.Health = state;
        _ = RunAsync(container, check, state);
    }

    /// <summary>No more checks; what was found stays visible.</summary>
    public static void End(Container container) => container.Health?.Ending.Cancel();

    private static TimeSpan Time(long nanoseconds, TimeSpan standard) => nanoseconds > 0 ? TimeSpan.FromTicks(nanoseconds / 100) : standard;

    private async Task RunAsync(Container container, HealthConfig check, HealthState state)
    {
        var begun = parts.Time.GetUtcNow();
        var startPeriod = Time(check.StartPeriod, TimeSpan.Zero);
        var end = state.Ending.Token;
        try
        {
            while (true)
            {
                var isStarting = state.Status == HealthState.Starting && parts.Time.GetUtcNow() - begun < startPeriod;
                await Task.Delay(
                    isStarting ? Time(check.StartInterval, DefaultStartInterval) : Time(check.Interval, DefaultTime), parts.Time, end).ConfigureAwait(false);
                if (container.Record.State.Paused)
                {
                    continue;
                }

                var result = await ProbeAsync(container, check, end).ConfigureAwait(false);
                if (state.Add(result, parts.Time.GetUtcNow() - begun < startPeriod))
                {
                    parts.Events.Publish(container, "health_status: " + state.Status);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The container has ended.
        }
        catch (ConflictException)
        {
            // It ends just now.
        }
    }

    private async Task<HealthLog> ProbeAsync(Container container, HealthConfig check, CancellationToken end)
    {
        var config = container.Record.Config;
        string[] command = check.Test![0] == "CMD" ? check.Test[1..] : [.. config.Shell is { Length: > 0 } shell ? shell : ["/bin/sh", "-c"], .. check.Test[1..]];
        var start = parts.Time.GetUtcNow();
        var (exitCode, output) = (-1, "");
        var timeout = Time(check.Timeout, DefaultTime);
        var exec = execs.Create(container, new ExecCreateRequest { Cmd = command, AttachStdout = true, AttachStderr = true });
        try
        {
            var process = await execs.StartAsync(exec, MonitorStreams.Stdout | MonitorStreams.Stderr, null, end).ConfigureAwait(false);
            await using var stream = process.Stream.ConfigureAwait(false);
            var said = new MemoryStream();
            var reading = ReadAsync(process.Stream, said, end);
            try
            {
                exitCode = await process.ExitCode.WaitAsync(timeout, parts.Time, end).ConfigureAwait(false);
                await reading.ConfigureAwait(false);
                output = Text(said);
            }
            catch (TimeoutException)
            {
                if (container.Monitor is { } monitor)
                {
                    await monitor.KillExecAsync(exec.Id, SignalName.Kill, end).ConfigureAwait(false);
                }

                var text = Text(said);
                output = $"Health check exceeded timeout ({GoDuration(timeout)}){(text.Length > 0 ? ": " + text : "")}";
            }
        }
        catch (Exception e) when (e is ProcessStartException or GantryException or IOException)
        {
            output = e.Message;
        }

        return new HealthLog
        {
            Start = GoTime.Format(start),
            End = GoTime.Format(parts.Time.GetUtcNow()),
            ExitCode = exitCode,
            Output = output,
        };
    }

    private static string GoDuration(TimeSpan time) => time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0.###}s" : $"{time.TotalMilliseconds:0.###}ms";

    private static string Text(MemoryStream output)
    {
        lock (output)
        {
            return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
        }
    }

    /// <summary>The first 4 KiB of both streams without their frames, as they come.</summary>
    private static async Task ReadAsync(Stream stream, MemoryStream output, CancellationToken cancellationToken)
    {
        var header = new byte[8];
        while (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == header.Length)
        {
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
            var count = await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            lock (output)
            {
                output.Write(payload, 0, (int)Math.Min(count, Math.Max(0, OutputLimit - output.Length)));
            }
        }
    }
}
