using System.Buffers.Binary;
using System.Collections.Concurrent;
using Gantry.Build.Solving;
using Gantry.Engine.Containers;
using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Building;

/// <summary>Runs the program of a build's step as a container is run, but of no record: it goes with the build, and a daemon that returns removes it.</summary>
internal sealed class StepRunner(EngineParts parts) : IStepRunner
{
    private const string HostName = "buildkitsandbox";
    private readonly ConcurrentDictionary<string, Task> endings = new(StringComparer.Ordinal);

    public async Task<StepExit> RunAsync(StepProcess process, CancellationToken cancellationToken)
    {
        var container = new Container(Record(process));
        try
        {
            using var network = await parts.Networks.AttachAsync(container, cancellationToken).ConfigureAwait(false);
            await using var monitor = Spawn(container, network, process);
            return await RunAsync(monitor, network, process, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException e)
        {
            throw new InvalidArgumentException(e.Message, e);
        }
        finally
        {
            var ending = endings[container.Id] = Task.Run(() => EndAsync(container), CancellationToken.None);
            _ = ending.ContinueWith(_ => endings.TryRemove(container.Id, out var _), TaskScheduler.Default);
        }
    }

    public Task SettleAsync() => Task.WhenAll(endings.Values);

    private async Task EndAsync(Container container)
    {
        await parts.Networks.DetachAsync(container).ConfigureAwait(false);
        try
        {
            ContainerRemover.DeleteTree(parts.Paths.Bundle(container.Id));
            ContainerRemover.DeleteTree(parts.Paths.Container(container.Id));
        }
        catch (IOException)
        {
            // The next start of the daemon removes what is of no record.
        }
    }

    private MonitorClient Spawn(Container container, NetworkAttachment network, StepProcess process)
    {
        var made = process.Mounts.Where(mount => mount.Mount is not null).Select(mount => (mount.Target, mount.Mount!));
        var settings = new BundleBuilder(parts).Build(container.Record, network, process.Root, _ => PreparedMounts.Of(made), out var mounts);
        using (mounts)
        {
            return parts.Monitors.Spawn(
                new MonitorSpawn
                {
                    Bundle = parts.Paths.Bundle(container.Id),
                    Settings = settings,
                    RootFilesystem = process.Root,
                    NetworkNamespace = network.Namespace,
                    Mounts = mounts.All,
                },
                static _ => { });
        }
    }

    private static async Task<StepExit> RunAsync(MonitorClient monitor, NetworkAttachment network, StepProcess process, CancellationToken cancellationToken)
    {
        try
        {
            await network.Connected.ConfigureAwait(false);
            await monitor.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            await using var output = await monitor.AttachAsync(MonitorStreams.Stdout | MonitorStreams.Stderr, cancellationToken).ConfigureAwait(false);
            var reading = ReadAsync(output, process.Output);
            await monitor.StartAsync(cancellationToken).ConfigureAwait(false);
            var exited = await monitor.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            await monitor.Completion.ConfigureAwait(false);
            return new(exited.ExitCode, exited.OomKilled);
        }
        catch
        {
            await EndAsync(monitor).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task EndAsync(MonitorClient monitor)
    {
        try
        {
            await monitor.KillAsync(SignalName.Kill, all: true).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            // It has ended by itself.
        }

        await monitor.Completion.ConfigureAwait(false);
    }

    /// <summary>Takes Docker's multiplexed stream apart: a header of eight bytes, the first the stream, the last four the length.</summary>
    private static async Task ReadAsync(MonitorStream output, Action<int, ReadOnlyMemory<byte>> take)
    {
        var header = new byte[8];
        var data = new byte[32 * 1024];
        while (await output.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false).ConfigureAwait(false) == header.Length)
        {
            var left = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
            while (left > 0)
            {
                var count = await output.ReadAsync(data.AsMemory(0, Math.Min(left, data.Length))).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                take(header[0], data.AsMemory(0, count));
                left -= count;
            }
        }
    }

    private ContainerRecord Record(StepProcess process)
    {
        var limits = process.Limits;
        var tmpfs = process.Mounts.Where(mount => mount.Mount is null).ToDictionary(mount => mount.Target, mount => mount.TmpfsOptions ?? "");
        var host = new HostConfig
        {
            NetworkMode = process.Network is "" or "default" ? NetworkName.Bridge : process.Network,
            Privileged = process.Privileged,
            DeviceRequests = parts.Devices.RequestsOf(process.Devices),
            AutoRemove = true,
            LogConfig = new() { Type = "none" },
            // What the daemon gives containers for their lives is not for a step, which is its program alone.
            Init = false,
            IpcMode = "private",
            ExtraHosts = [.. limits.ExtraHosts],
            Ulimits = [.. limits.Ulimits],
            ShmSize = limits.ShmSize,
            CgroupParent = limits.CgroupParent,
            Memory = limits.Memory,
            MemorySwap = limits.MemorySwap,
            CpuShares = limits.CpuShares,
            CpuPeriod = limits.CpuPeriod,
            CpuQuota = limits.CpuQuota,
            CpusetCpus = limits.CpusetCpus,
            CpusetMems = limits.CpusetMems,
            Tmpfs = tmpfs,
        };
        return new()
        {
            Id = ContainerIdentity.New(),
            Name = "",
            Created = parts.Time.GetUtcNow(),
            ImageId = "",
            Path = process.Args[0],
            Args = [.. process.Args.Skip(1)],
            Config = new() { Hostname = limits.HostName ?? HostName, User = process.User, Env = [.. process.Env], WorkingDir = process.WorkingDirectory },
            HostConfig = HostDefaults.Apply(host, parts.Cgroups, parts.Options.Containers, RuntimeOptions.StockName),
            Mounts = [.. process.Mounts.Where(mount => mount.Mount is not null).Select(mount => new MountRecord { Type = "volume", Destination = mount.Target, ReadOnly = mount.ReadOnly })],
        };
    }
}
