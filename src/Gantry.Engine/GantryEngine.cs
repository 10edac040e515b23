using Gantry.Engine.Backends;
using Gantry.Engine.Building;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Engine.Disk;
using Gantry.Engine.Events;
using Gantry.Engine.Execs;
using Gantry.Engine.Files;
using Gantry.Engine.Health;
using Gantry.Engine.Images;
using Gantry.Engine.Logs;
using Gantry.Engine.Machine;
using Gantry.Engine.Networks;
using Gantry.Engine.Prune;
using Gantry.Engine.Stats;
using Gantry.Engine.Streams;
using Gantry.Engine.Validation;
using Gantry.Engine.Volumes;
using Gantry.Images;
using Gantry.Images.Records;
using Gantry.Linux.Files;
using Gantry.Linux.Netlink;
using Gantry.Network;
using Gantry.Network.Names;
using Gantry.Runtime.Monitor.Client;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>The engine: what the API speaks to, over one data root. Disposing it leaves the containers running.</summary>
public sealed partial class GantryEngine : IAsyncDisposable
{
    private readonly Database database;
    private readonly ImageStore store;
    private readonly NetworkStack stack;
    private readonly NetworkNamespaces namespaces;
    private readonly NameService names;
    private readonly Reconciler reconciler;
    private readonly VolumeDrivers drivers;
    private readonly NetworkPlugins networkPlugins = new();
    private readonly MonitorPool monitors;
    private readonly BuildService builds;
    private readonly EngineParts parts;
    private readonly ImageService images;
    private readonly ContainerService containerService;
    private readonly string id;
    private DiskBudgetKeeper? budgetKeeper;

    private GantryEngine(EngineOptions options, ILogger logger, TimeProvider time)
    {
        database = Database.Open(Path.Combine(options.DataRoot, "gantry.db"));
        try
        {
            StorageOptions.CheckDefault(options);
            var quotas = new ProjectQuotas();
            store = new ImageStore(StoreOptions.From(options) with { Quotas = quotas }, database);
            store.RestoreLayers((layer, failure) => LogLost(logger, layer, failure.Message));
            var bus = new EventBus(time);
            var paths = new EnginePaths(options);
            Directory.CreateDirectory(paths.Volumes);
            var containers = new ContainerStore(database);
            drivers = new VolumeDrivers(new LocalDriver(paths.Volumes, quotas), logger);
            var volumes = new VolumeService(
                new VolumeStore(database), drivers, containers, bus, time, logger);
            monitors = new MonitorPool(options.RuntimePath, paths.Bundles);
            var networks = new NetworkStore(database);
            var networkEvents = new NetworkEvents(bus);
            stack = NetworkStack.Open(StackOptions.From(options, containers, networkPlugins, logger, time));
            namespaces = new NetworkNamespaces();
            names = new NameService(namespaces, logger);
            PredefinedNetworks.Ensure(networks, stack, options.Networks, time);
            var attachments = new ContainerNetworks(networks, stack, names, containers, paths, networkEvents, options.Networks, logger);
            parts = new EngineParts
            {
                Options = options,
                Paths = paths,
                Store = containers,
                Images = new StoreImages(store),
                Networks = attachments,
                Monitors = monitors,
                Bus = bus,
                Events = new ContainerEvents(bus),
                Volumes = volumes,
                LogWatcher = new LogWatcher(),
                Cgroups = CgroupLayout.Detect(),
                Time = time,
                Logger = logger,
            };
            store.Users = new ContainerImageUsers(parts.Store);
            var execs = new ExecService(parts);
            var remover = new ContainerRemover(parts);
            var runner = new ContainerRunner(parts, remover, new HealthChecks(parts, execs));
            reconciler = new Reconciler(parts, runner, remover);
            images = new ImageService(store, new ImageEvents(bus, store), parts.Store);
            containerService = new ContainerService(parts, runner, remover);
            Streams = new StreamService(parts);
            Execs = execs;
            Stats = new StatsService(parts);
            Networks = new NetworkService(networks, stack, containers, attachments, networkEvents, options.Networks, time);
            Images = images;
            Registries = new RegistryService(store);
            Volumes = volumes;
            Files = new ContainerFileService(parts, store, containerService);
            builds = new BuildService(parts, database, store);
            Builds = builds;
            Prune = new PruneService(parts, store, containerService, images, builds);
            budgetKeeper = NewBudgetKeeper();
            id = DaemonIdentity.Of(database);
            Events = bus;
            System = new SystemService(parts, id, () => store.List().Count, images.AuthenticateAsync);
        }
        catch
        {
            // They have nothing to wait for.
            names?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            namespaces?.Dispose();
            stack?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            drivers?.Dispose();
            networkPlugins.Dispose();
            builds?.Dispose();
            monitors?.Dispose();
            store?.Dispose();
            database.Dispose();
            throw;
        }
    }

    /// <summary>The <c>gantry-runtime</c> executable.</summary>
    public string RuntimePath => parts.Options.RuntimePath;

    public IContainerBackend Containers => containerService;

    public IContainerStreamBackend Streams { get; }

    public IExecBackend Execs { get; }

    public IStatsBackend Stats { get; }

    public INetworkBackend Networks { get; }

    public IImageBackend Images { get; }

    public IRegistryBackend Registries { get; }

    public IVolumeBackend Volumes { get; }

    public IContainerFileBackend Files { get; }

    public IPruneBackend Prune { get; }

    public IBuildBackend Builds { get; }

    public IEventBackend Events { get; }

    public ISystemBackend System { get; }

    /// <summary>Opens the records, finds running containers again, finishes what was interrupted, and starts what its restart policy wants.</summary>
    public static async Task<GantryEngine> OpenAsync(EngineOptions options, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var engine = new GantryEngine(options, logger, time);
        try
        {
            await engine.reconciler.RunAsync(cancellationToken).ConfigureAwait(false);
            engine.store.CollectGarbage();
            engine.monitors.Prepare();
            engine.budgetKeeper?.Start();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes other options; those that only a start can change stay as they are.</summary>
    /// <exception cref="Spec.InvalidArgumentException">One is wrong, and nothing has changed.</exception>
    public async Task ReconfigureAsync(EngineOptions options)
    {
        options = options with { DataRoot = parts.Options.DataRoot, ExecRoot = parts.Options.ExecRoot, Networks = parts.Options.Networks };
        store.Reconfigure(StoreOptions.From(options));
        var budgetChanged = options.DiskBudget?.ToString() != parts.Options.DiskBudget?.ToString();
        parts.Options = options;
        if (budgetChanged)
        {
            if (budgetKeeper is not null)
            {
                await budgetKeeper.DisposeAsync().ConfigureAwait(false);
            }

            budgetKeeper = NewBudgetKeeper();
            budgetKeeper?.Start();
        }

        parts.Bus.Publish("daemon", "reload", id, Reconfiguration.Describe(options));
    }

    /// <summary>For a daemon that its containers do not outlive. Their restart policies bring them back at the next start.</summary>
    /// <param name="seconds">Until they are killed; -1 for never.</param>
    public Task StopContainersAsync(int seconds) => containerService.StopAllAsync(seconds);

    public async ValueTask DisposeAsync()
    {
        if (budgetKeeper is not null)
        {
            await budgetKeeper.DisposeAsync().ConfigureAwait(false);
        }

        await names.DisposeAsync().ConfigureAwait(false);
        namespaces.Dispose();
        await stack.DisposeAsync().ConfigureAwait(false);
        monitors.Dispose();
        drivers.Dispose();
        networkPlugins.Dispose();
        builds.Dispose();
        store.Dispose();
        database.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "layer {Layer} was not on the disk when the machine stopped, and cannot be made again: {Reason}; it is tried at the next start")]
    private static partial void LogLost(ILogger logger, Spec.Digest layer, string reason);

    private DiskBudgetKeeper? NewBudgetKeeper() => parts.Options.DiskBudget is { } budget ? new DiskBudgetKeeper(budget, parts, store, images, builds) : null;
}
