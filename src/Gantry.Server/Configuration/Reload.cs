using Gantry.Engine;
using Gantry.Engine.Extensions.Authorization;
using Gantry.Server.Hosting;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Configuration;

/// <summary>Reads the configuration again on SIGHUP. What only a start can change stays as it is, and a wrong configuration changes nothing.</summary>
internal sealed partial class Reload(IReadOnlyList<string> arguments, DaemonOptions started, GantryEngine engine, AuthorizationPlugins plugins, LineLogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly DaemonOptions _started = started;

    /// <summary>The configuration that counts.</summary>
    public DaemonOptions Current { get; private set; } = started;

    public void Dispose() => _turn.Dispose();

    public async Task RunAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        ServiceManager.Reloading();
        try
        {
            var options = CommandLine.Parse(arguments);
            plugins.Replace(options.AuthorizationPlugins);
            foreach (var name in FixedDifferences(_started, options)) LogFixed(logger, name);
            await engine.ReconfigureAsync(options.ForEngine(engine.RuntimePath)).ConfigureAwait(false);
            logger.Lowest = options.LogLevel;
            Current = options;
            LogDone(logger);
        }
        catch (GantryException failure)
        {
            LogRefused(logger, failure);
        }
        finally
        {
            ServiceManager.Ready();
            _turn.Release();
        }
    }

    private static IEnumerable<string> FixedDifferences(DaemonOptions old, DaemonOptions now)
    {
        if (!old.Hosts.SequenceEqual(now.Hosts)) yield return "hosts";
        if (old.DataRoot != now.DataRoot) yield return "data-root";
        if (old.ExecRoot != now.ExecRoot) yield return "exec-root";
        if (!old.Networks.IsSameAs(now.Networks)) yield return "a setting of networks";
        if (old.Group != now.Group) yield return "group";
        if (old.PidFile != now.PidFile) yield return "pidfile";
        if (old.IsExperimental != now.IsExperimental) yield return "experimental";
        if (old.Tls != now.Tls) yield return "tls";
        if (!Equals(old.Metrics, now.Metrics)) yield return "metrics-addr";
        if (old.LogsJson != now.LogsJson) yield return "log-format";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the configuration was read again")]
    private static partial void LogDone(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is another in the configuration now: that needs a restart of gantryd")]
    private static partial void LogFixed(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "the configuration was read again and refused: nothing changes")]
    private static partial void LogRefused(ILogger logger, Exception failure);
}
