using System.Runtime.InteropServices;
using Gantry.Engine;
using Gantry.Server.BuildKit;
using Gantry.Server.Composition;
using Gantry.Server.Configuration;
using Gantry.Server.Endpoints;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Server;

/// <summary>The daemon from its start to SIGTERM.</summary>
internal static partial class Daemon
{
    /// <summary>How long requests have to end when the daemon is told to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(DaemonOptions options)
    {
        using var logger = new LineLogger(Console.Error, options.LogLevel, TimeProvider.System);
        RefusePlainTcp(options, logger);
        using var dataRoot = DataRootLock.Take(options.DataRoot);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = StopOn(PosixSignal.SIGTERM, stop);
        using var interrupted = StopOn(PosixSignal.SIGINT, stop);

        await using var engine = await GantryEngine.OpenAsync(
            new EngineOptions
            {
                DataRoot = options.DataRoot,
                ExecRoot = options.ExecRoot,
                RuntimePath = RuntimeProgram.Find(),
                Version = Product.Version,
                InsecureRegistries = options.InsecureRegistries,
                RegistryMirrors = options.RegistryMirrors,
                MaxConcurrentDownloads = options.MaxConcurrentDownloads,
                MaxConcurrentUploads = options.MaxConcurrentUploads,
                MaxDownloadAttempts = options.MaxDownloadAttempts,
                HttpProxy = options.HttpProxy,
                HttpsProxy = options.HttpsProxy,
                NoProxy = options.NoProxy,
                LogConfig = options.LogConfig,
                Networks = options.Networks,
                DiskBudget = options.DiskBudget,
            },
            logger,
            TimeProvider.System,
            CancellationToken.None).ConfigureAwait(false);
        using var buildKit = new BuildKitEndpoints(engine.Builds, Path.Combine(options.ExecRoot, "agents"), logger);
        var router = new Router(Groups(new Backends(
            engine.System, engine.Events, engine.Containers, engine.Streams, engine.Execs, engine.Stats, new HelloImages(engine.Images), engine.Registries, engine.Networks,
            engine.Volumes, engine.Files, engine.Prune, engine.Builds)).Append(buildKit));
        using var memory = new QuietMemory(TimeProvider.System);
        await using var server = new ApiServer(options.Hosts, router, memory, logger);
        var sockets = options.Hosts.Select(host => host.Path).OfType<string>().ToArray();
        Array.ForEach(sockets, UnixSocket.Free);
        await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
        Array.ForEach(sockets, path => UnixSocket.Protect(path, options.Group));
        foreach (var host in options.Hosts)
        {
            LogListening(logger, host);
        }

        await stop.Task.ConfigureAwait(false);
        LogStopping(logger);
        using var grace = new CancellationTokenSource(Grace);
        await server.StopAsync(grace.Token).ConfigureAwait(false);
        Array.ForEach(sockets, File.Delete);
    }

    internal static IEnumerable<IEndpointGroup> Groups(Backends backends) =>
    [
        new PingEndpoints(),
        new SystemEndpoints(backends.System, backends.Events),
        new ContainerEndpoints(backends.Containers),
        new ContainerStreamEndpoints(backends.Streams),
        new ExecEndpoints(backends.Execs),
        new StatsEndpoints(backends.Stats),
        new ImageEndpoints(backends.Images),
        new RegistryEndpoints(backends.Registries),
        new NetworkEndpoints(backends.Networks),
        new VolumeEndpoints(backends.Volumes),
        new ContainerFileEndpoints(backends.Files),
        new PruneEndpoints(backends.Prune),
        new BuildEndpoints(backends.Builds),
        new PluginEndpoints(),
        new MissingEndpoints(),
    ];

    private static void RefusePlainTcp(DaemonOptions options, ILogger logger)
    {
        foreach (var host in options.Hosts)
        {
            if (host.EndPoint is not { } endPoint)
            {
                continue;
            }

            if (!options.InsecureTcp)
            {
                throw new UnsupportedException(
                    $"tcp://{endPoint} is refused: TLS is not supported yet, and without it whoever reaches the port is root on this machine; --insecure-tcp allows it");
            }

            LogInsecure(logger, host);
        }
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, TaskCompletionSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "API listens on {Address}")]
    private static partial void LogListening(ILogger logger, HostAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopping")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API on {Address} is open, without encryption, to whoever can reach it: they are root on this machine")]
    private static partial void LogInsecure(ILogger logger, HostAddress address);
}
