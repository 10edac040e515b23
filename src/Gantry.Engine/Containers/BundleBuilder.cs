using Gantry.Runtime.Containers;
using System.Text.Json;
using Gantry.Engine.Bundles;
using Gantry.Engine.Logs.Drivers;
using Gantry.Engine.Machine;
using Gantry.Engine.Mounts;
using Gantry.Engine.Networks;
using Gantry.Engine.Validation;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Runtime.Monitor;
using Gantry.Spec;

namespace Gantry.Engine.Containers;

/// <summary>Prepares all that a container's monitor needs.</summary>
internal sealed class BundleBuilder(EngineParts parts)
{
    private static readonly string[] InitPrograms = ["docker-init", "tini-static", "tini"];

    /// <summary>Writes the bundle of a container, on its own root and with its own mounts.</summary>
    /// <param name="container">For which.</param>
    /// <param name="network">Its ends of its networks.</param>
    /// <param name="root">Its root, mounted; to be disposed.</param>
    /// <param name="mounts">Its mounts that are not of a path; to be disposed.</param>
    public MonitorSettings Build(Container container, NetworkAttachment network, out DetachedMount root, out PreparedMounts mounts)
    {
        root = parts.Images.OpenMount(container.Id);
        try
        {
            return Build(container.Record, network, root, user => PreparedMounts.Make(parts, container.Record, user), out mounts);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Writes a bundle.</summary>
    /// <param name="record">Of what is to run.</param>
    /// <param name="network">Its ends of its networks.</param>
    /// <param name="root">Its root, mounted.</param>
    /// <param name="prepare">Makes its mounts that are not of a path.</param>
    /// <param name="mounts">Those; to be disposed.</param>
    public MonitorSettings Build(ContainerRecord record, NetworkAttachment network, DetachedMount root, Func<UserIdentity, PreparedMounts> prepare, out PreparedMounts mounts)
    {
        var bundle = parts.Paths.Bundle(record.Id);
        var runtime = RuntimeChoice.Of(record, parts.Options.Runtimes, parts.Paths);
        Directory.CreateDirectory(Path.Combine(bundle, "rootfs"));
        Directory.CreateDirectory(parts.Paths.Container(record.Id));
        if (record.HostConfig.IpcMode == "shareable")
        {
            Directory.CreateDirectory(parts.Paths.SharedMemory(record.Id));
            File.SetUnixFileMode(parts.Paths.SharedMemory(record.Id), (UnixFileMode)0x3FF /* 01777 */);
        }

        var user = PrepareRoot(record, root);
        mounts = prepare(user);
        try
        {
            HostFiles.Write(parts.Paths, record, network);
            var request = new BundleRequest
            {
                Container = record,
                User = user,
                Network = network,
                Paths = parts.Paths,
                Mounts = mounts,
                Security = SecurityOptions.Parse(record.HostConfig.SecurityOpt, parts.Options.Containers),
                Cgroups = parts.Cgroups,
                PidNamespaceOf = ProcessOf(record.HostConfig.PidMode, "PID"),
                IpcNamespaceOf = ProcessOf(record.HostConfig.IpcMode, "IPC"),
                SharedMemoryOf = Other(record.HostConfig.IpcMode)?.Id,
                Edits = parts.Devices.Resolve(record.HostConfig.DeviceRequests ?? []),
                InitPath = record.HostConfig.Init ?? parts.Options.Containers.Init ? parts.Options.Containers.InitPath ?? FindInit() : null,
                BundleWithPaths = runtime is null ? null : bundle,
            };
            File.WriteAllBytes(Path.Combine(bundle, "config.json"), ConfigWriter.Write(request).Span);
            var settings = Settings(record) with { Runtime = runtime };
            File.WriteAllBytes(
                Path.Combine(bundle, MonitorSettings.FileName), JsonSerializer.SerializeToUtf8Bytes(settings, MonitorJson.Default.MonitorSettings));
            return settings;
        }
        catch
        {
            mounts.Dispose();
            throw;
        }
    }

    private static void MakeWorkingDirectory(RootedDirectory root, string directory)
    {
        try
        {
            root.Mkdirs(directory).Dispose();
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOTDIR)
        {
            throw new InternalException($"Cannot mkdir: {directory} is not a directory", e);
        }
    }

    private static UserIdentity PrepareRoot(ContainerRecord record, DetachedMount mount)
    {
        using var root = mount.OpenRoot();
        if (record.Config.WorkingDir is { Length: > 1 } directory)
        {
            MakeWorkingDirectory(root, directory);
        }

        foreach (var item in record.Mounts)
        {
            if (item.Type == "bind" && !Path.Exists(item.Source))
            {
                if (!item.CreateSource)
                {
                    throw new InvalidArgumentException($"invalid mount config for type \"bind\": bind source path does not exist: {item.Source}");
                }

                Directory.CreateDirectory(item.Source);
            }
        }

        return UserLookup.Resolve(root, record.Config.User, record.HostConfig.GroupAdd);
    }

    private MonitorSettings Settings(ContainerRecord record)
    {
        var log = LogDrivers.Plan(parts.Paths, record);
        return new MonitorSettings
        {
            Id = record.Id,
            LogDriver = record.HostConfig.LogConfig.Type,
            LogPath = log.File?.Path,
            LogMaxSize = log.File?.MaxSize ?? -1,
            LogMaxFiles = log.File?.MaxFiles ?? 1,
            LogCompress = log.File?.Compress ?? false,
            LogLabels = log.Attributes,
            LogReceiver = log.Receiver,
            ExitPath = parts.Paths.Exit(record.Id),
            RemovedAtExit = record.HostConfig.AutoRemove,
            Tty = record.Config.Tty,
            OpenStdin = record.Config.OpenStdin,
            StdinOnce = record.Config.StdinOnce,
            ConsoleSize = record.HostConfig.ConsoleSize is [> 0, > 0] ? record.HostConfig.ConsoleSize : null,
            CgroupsPath = CgroupLayout.PathOf(record),
            SeccompCache = parts.Paths.SeccompFilters,
        };
    }

    private Container? Other(string mode) =>
        mode.StartsWith("container:", StringComparison.Ordinal) ? parts.Store.Get(mode["container:".Length..]) : null;

    private int? ProcessOf(string mode, string kind)
    {
        if (Other(mode) is not { } other)
        {
            return null;
        }

        if (!other.Record.State.IsAlive)
        {
            throw new InternalException($"failed to join {kind} namespace: container {other.Id} is not running");
        }

        return kind == "IPC" && other.Record.HostConfig.IpcMode != "shareable"
            ? throw new ConflictException($"can't join IPC of container {other.Id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)")
            : other.Record.State.Pid;
    }

    private static string FindInit() =>
        InitPrograms.Select(HostPrograms.Find).OfType<string>().FirstOrDefault()
        ?? throw new UnsupportedException("--init needs docker-init, tini-static or tini in PATH: install the package tini");
}
