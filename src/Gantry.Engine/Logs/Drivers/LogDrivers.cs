using System.Diagnostics.CodeAnalysis;
using Gantry.Engine.Containers;
using Gantry.Engine.Extensions;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>The logging drivers there are.</summary>
public static class LogDrivers
{
    internal const string None = "none";

    private static readonly LogDriver[] All =
        [new FluentdDriver(), new GelfDriver(), new JournaldDriver(), new JsonFileDriver(), new LocalDriver(), new SyslogDriver()];

    /// <summary>As <c>info</c> lists them.</summary>
    internal static string[] Names => [.. All.Select(driver => driver.Name)];

    /// <exception cref="InvalidArgumentException">The driver or an option is unknown, or a value wrong.</exception>
    public static void Check(LogConfig log)
    {
        if (log.Type == None)
        {
            return;
        }

        var options = new DriverOptions(log.Config);
        LogDelivery.Check(options);
        LogCache.Check(options);
        Find(log.Type.Length > 0 ? log.Type : JsonFileDriver.DriverName).Check(options);
    }

    /// <summary>What a container's request leaves open, filled in by the daemon's defaults.</summary>
    internal static LogConfig Merge(LogConfig log, LogConfig defaults)
    {
        var type = log.Type.Length > 0 ? log.Type : defaults.Type;
        var options = new Dictionary<string, string>(log.Config ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in defaults.Config ?? [])
        {
            // Of another driver's, only those for the file beside it mean something here.
            if (type == defaults.Type || LogCache.Options.Contains(name))
            {
                options.TryAdd(name, value);
            }
        }

        return new() { Type = type, Config = options };
    }

    /// <exception cref="InvalidArgumentException">The container cannot log as it should.</exception>
    internal static LogPlan Plan(EnginePaths paths, ContainerRecord container)
    {
        try
        {
            var log = container.HostConfig.LogConfig;
            var options = new DriverOptions(log.Config);
            return log.Type == None ? new() : Find(log.Type).Plan(paths, container, options) with { Attributes = LogAttributes.WithTag(container, options) };
        }
        catch (InvalidArgumentException e)
        {
            throw new InvalidArgumentException($"failed to create task for container: failed to initialize logging driver: {e.Message}", e);
        }
    }

    /// <summary>What <c>logs</c> reads; null where nothing can be read.</summary>
    internal static LogFilePlan? File(EnginePaths paths, ContainerRecord container)
    {
        var log = container.HostConfig.LogConfig;
        return log.Type == None ? null : Find(log.Type).File(paths, container.Id, new(log.Config));
    }

    /// <summary>Whether the driver is another program, and where that listens.</summary>
    internal static bool IsPlugin(string name, [NotNullWhen(true)] out Uri? address)
    {
        address = name == None || Array.Exists(All, driver => driver.Name == name) ? null : Plugins.Find(name);
        return address is not null;
    }

    private static LogDriver Find(string name) =>
        Array.Find(All, driver => driver.Name == name)
        ?? (IsPlugin(name, out _) ? new PluginLogDriver(name) : throw new InvalidArgumentException($"logger: no log driver named '{name}' is registered"));
}
