using System.Collections.Concurrent;
using Gantry.Engine.Extensions;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Volumes;

/// <summary>The drivers by name: our own, and plug-ins as they are asked for.</summary>
internal sealed partial class VolumeDrivers(LocalDriver local, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, PluginDriver> plugins = new(StringComparer.Ordinal);

    public LocalDriver Local => local;

    /// <summary>Null where there is no such driver, or its program does not answer.</summary>
    public IVolumeDriver? Find(string name)
    {
        try
        {
            return FindOrFail(name);
        }
        catch (GantryException e)
        {
            LogAway(logger, name, e.Message);
            return null;
        }
    }

    /// <param name="context">What a failure's sentence begins with.</param>
    public IVolumeDriver Get(string name, string context = "") =>
        FindOrFail(name) ?? throw new NotFoundException($"{context}error looking up volume plugin {name}: plugin \"{name}\" not found");

    /// <summary>Volumes that plug-ins have and nobody made here.</summary>
    public IEnumerable<VolumeRecord> ListForeign()
    {
        foreach (var name in Plugins.Names())
        {
            if (Find(name) is not PluginDriver driver)
            {
                continue;
            }

            IReadOnlyList<VolumeRecord> volumes = [];
            try
            {
                volumes = driver.List();
            }
            catch (GantryException e)
            {
                LogAway(logger, name, e.Message);
            }

            foreach (var volume in volumes)
            {
                yield return volume;
            }
        }
    }

    public void Dispose()
    {
        foreach (var plugin in plugins.Values)
        {
            plugin.Dispose();
        }
    }

    private IVolumeDriver? FindOrFail(string name)
    {
        if (name == local.Name)
        {
            return local;
        }

        if (!plugins.TryGetValue(name, out var plugin) && PluginDriver.TryActivate(name) is { } activated)
        {
            plugin = plugins.GetOrAdd(name, activated);
        }

        return plugin;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "volume driver {Name} is away: {Reason}")]
    private static partial void LogAway(ILogger logger, string name, string reason);
}
