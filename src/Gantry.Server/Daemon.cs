using System.Runtime.InteropServices;
using Gantry.Engine;
using Gantry.Engine.Extensions.Authorization;
using Gantry.Server.Authorization;
using Gantry.Server.BuildKit;
using Gantry.Server.Composition;
using Gantry.Server.Configuration;
using Gantry.Server.Endpoints;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Server.Metrics;
using Gantry.Server.Tracing;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Server;

/// <summary>The daemon from its start to SIGTERM.</summary>
internal static partial class Daemon
{
    /// <summary>How long requests have to end when the daemon is told to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <param name="options">What the arguments and the configuration file say.</param>
    /// <param name="arguments">To be read again, with the file, on SIGHUP.</param>
    public static async Task RunAsync(DaemonOptions options, IReadOnlyList<string> arguments)
    {
        using var logger = new LineLogger(Console.Error, options.LogLevel, options.LogsJson, TimeProvider.System);
        RefusePlainTcp(options, logger);
        var identity = options.Tls.IsOn ? options.Tls.Load() : null;
        using var traces = TraceExport.TryStart();
        using var dataRoot = DataRootLock.Take(options.DataRoot);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = StopOn(PosixSignal.SIGTERM, stop);
        using var interrupted = StopOn(PosixSignal.SIGINT, stop);

        await using var engine = await GantryEngine.OpenAsync(options.ForEngine(RuntimeProgram.Find()), logger, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        using var plugins = new AuthorizationPlugins();
        plugins.Replace(options.AuthorizationPlugins);
        using var reload = new Reload(arguments, options, engine, plugins, logger);
        using var reloading = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = Task.Run(reload.RunAsync);
        });
        using var buildKit = new BuildKitEndpoints(engine.Builds, Path.Combine(options.ExecRoot, "agents"), Path.Combine(options.DataRoot, "build-history"), logger);
        var router = new Router(Groups(new Backends(
            engine.System, engine.Events, engine.Containers, engine.Streams, engine.Execs, engine.Stats, new HelloImages(engine.Images), engine.Registries, engine.Networks,
            engine.Volumes, engine.Files, engine.Prune, engine.Builds), buildKit.OverHttp, () => reload.Current.HasBuildKit).Append(buildKit));
        using var memory = new QuietMemory(TimeProvider.System);
        var metrics = options.Metrics is null ? null : new DaemonMetrics(engine.System);
        await using var numbers = options.Metrics is null ? null : new MetricsServer(options.Metrics, metrics!);
        await (numbers?.StartAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
        await using var server = new ApiServer(options.Hosts, identity, new ApiApplication(router, new RequestAuthorization(plugins, logger), memory, metrics, options.IsExperimental, logger), logger);
        var sockets = options.Hosts.Select(host => host.Path).OfType<string>().ToArray();
        Array.ForEach(sockets, UnixSocket.Free);
        await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
        Array.ForEach(sockets, path => UnixSocket.Protect(path, options.Group));
        foreach (var host in options.Hosts)
        {
            LogListening(logger, host);
        }

        using var pidFile = options.PidFile is null ? null : PidFile.Write(options.PidFile);
        ServiceManager.Ready();
        await stop.Task.ConfigureAwait(false);
        ServiceManager.Stopping();
        LogStopping(logger);
        using var grace = new CancellationTokenSource(Grace);
        await server.StopAsync(grace.Token).ConfigureAwait(false);
        Array.ForEach(sockets, File.Delete);
        if (!reload.Current.LiveRestore)
        {
            await engine.StopContainersAsync(reload.Current.ShutdownSeconds).ConfigureAwait(false);
        }
    }

    internal static IEnumerable<IEndpointGroup> Groups(Backends backends, BuildOverHttp buildsOverSessions, Func<bool> hasBuildKit) =>
    [
        new MissingEndpoints(),
        new PingEndpoints(hasBuildKit),
        new SystemEndpoints(backends.System, backends.Events, TimeProvider.System),
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
        new BuildEndpoints(backends.Builds, buildsOverSessions),
        new PluginEndpoints(),
    ];

    private static void RefusePlainTcp(DaemonOptions options, ILogger logger)
    {
        foreach (var host in options.Hosts)
        {
            if (host.EndPoint is not { } endPoint)
            {
                continue;
            }

            if (options.Tls.IsOn)
            {
                continue;
            }

            if (!options.InsecureTcp)
            {
                throw new UnsupportedException(
                    $"tcp://{endPoint} is refused: without --tlsverify whoever reaches the port is root on this machine; --insecure-tcp allows it");
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
