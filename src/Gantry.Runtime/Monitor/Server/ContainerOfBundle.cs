using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Runtime.Monitor.Runtimes;
using Gantry.Spec.Runtime;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>The container that the bundle's config.json describes.</summary>
internal sealed class ContainerOfBundle(ContainerSpec spec, GivenContainer given, MonitorSettings settings)
{
    /// <summary>Its first argument, for messages.</summary>
    public string Program => spec.Process?.Args is [var first, ..] ? first : "";

    public static ContainerOfBundle Load(GivenContainer given, MonitorSettings settings)
    {
        var path = Path.Combine(given.Bundle, "config.json");
        return new ContainerOfBundle(WithNetwork(ContainerSpecReader.Read(HostFile.ReadAllBytes(path), path), given.NetworkNamespace), given, settings);
    }

    public IMonitoredContainer Create(ProcessPipes? pipes)
    {
        using var root = given.RootFilesystem;
        // The container keeps the namespace from here on.
        using var network = given.NetworkNamespace;
        try
        {
            return settings.Runtime is null ? CreateWith(root, pipes) : RuntimeContainer.Create(given, spec, settings, pipes);
        }
        finally
        {
            foreach (var mount in given.Mounts)
            {
                mount.Dispose();
            }
        }
    }

    /// <summary>With the descriptor's number, which config.json could not know.</summary>
    private static ContainerSpec WithNetwork(ContainerSpec spec, FileDescriptor? network) =>
        network is null || spec.Linux?.Namespaces is not { } namespaces ? spec : spec with
        {
            Linux = spec.Linux with
            {
                Namespaces = [.. namespaces.Select(n => n.Path == MonitorSpawn.NetworkNamespacePath ? n with { Path = $"/proc/self/fd/{network.Number}" } : n)],
            },
        };

    private MonitoredContainer CreateWith(FileDescriptor? root, ProcessPipes? pipes)
    {
        var made = PreparedContainer.Create(spec, new ContainerOptions
        {
            Id = settings.Id,
            Bundle = given.Bundle,
            RootMount = root,
            PreparedMounts = given.Mounts.Select((mount, index) => (mount, index))
                .ToDictionary(item => MonitorSpawn.MountSource(item.index), item => item.mount, StringComparer.Ordinal),
            Streams = StreamsOf(pipes),
            SeccompCache = settings.SeccompCache,
            DieWithParent = true,
        });
        return new MonitoredContainer(spec, made, settings.SeccompCache);
    }

    private static StandardStreams StreamsOf(ProcessPipes? pipes) =>
        pipes is null ? StandardStreams.Inherited : new StandardStreams(pipes.Stdin, pipes.Stdout, pipes.Stderr);

    private sealed class MonitoredContainer(ContainerSpec spec, PreparedContainer made, string? seccompCache) : IMonitoredContainer
    {
        public bool OwnsProcesses { get; } = NamespaceKinds.MakesNew(spec.Linux, "pid");

        public PidFd Init => made.PidFd;

        public Cgroup Cgroup => made.Cgroup;

        public FileDescriptor? TakeTerminal() => made.TakeTerminal();

        public void Start() => made.Start();

        public StartedExec StartExec(ExecRequest request, ProcessPipes? pipes)
        {
            var started = PreparedExec.Start(ExecProcess.Of(request, spec), new ExecOptions
            {
                Init = made.PidFd,
                Container = spec,
                Cgroup = made.Cgroup,
                Streams = StreamsOf(pipes),
                SeccompCache = seccompCache,
            });
            return new StartedExec(started.PidFd, started.TakeTerminal());
        }

        public bool TrySignal(int signal) => made.PidFd.TrySignal(signal);

        public void Destroy() => made.Cgroup.Remove();

        public void Dispose() => made.Dispose();
    }
}
