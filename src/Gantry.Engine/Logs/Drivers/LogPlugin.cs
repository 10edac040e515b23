using Gantry.Engine.Containers;
using Gantry.Engine.Extensions;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>
/// Another program that takes logs, over Docker's log plug-in protocol: it is told of a pipe, and reads there what the container's
/// monitor writes.
/// </summary>
internal sealed class LogPlugin : IDisposable
{
    private const string PipeName = "log.fifo";
    private const uint OwnerOnly = 0x180;

    private readonly PluginClient client;

    private LogPlugin(string name, Uri address) => client = new("logging driver", name, address);

    /// <summary>The plug-in that a container logs to, ready to be asked; null for a container that logs to none.</summary>
    public static LogPlugin? Of(ContainerRecord container) =>
        LogDrivers.IsPlugin(container.HostConfig.LogConfig.Type, out var address) ? new(container.HostConfig.LogConfig.Type, address) : null;

    public static string PipeOf(EnginePaths paths, string id) => Path.Combine(paths.Bundle(id), PipeName);

    /// <summary>Before the container runs.</summary>
    public void Start(EnginePaths paths, ContainerRecord container)
    {
        var pipe = PipeOf(paths, container.Id);
        try
        {
            if (!client.Implements("LogDriver"))
            {
                throw new InvalidArgumentException($"plugin {container.HostConfig.LogConfig.Type} does not implement LogDriver");
            }

            File.Delete(pipe);
            using (var bundle = RootedDirectory.Open(paths.Bundle(container.Id)))
            {
                bundle.Mknod(PipeName, FileKind.Fifo, OwnerOnly);
            }

            Call("LogDriver.StartLogging", new() { File = pipe, Info = LogPluginInfo.Of(container) });
        }
        catch (GantryException e)
        {
            throw new InternalException($"failed to create task for container: failed to initialize logging driver: error creating logger: {e.Message}", e);
        }
    }

    /// <summary>After the container has ended and its monitor too.</summary>
    public void Stop(EnginePaths paths, string id) => Call("LogDriver.StopLogging", new() { File = PipeOf(paths, id) });

    public void Dispose() => client.Dispose();

    private LogPluginAnswer Call(string method, LogPluginRequest request) =>
        client.Call(method, request, LogPluginJson.Default.LogPluginRequest, LogPluginJson.Default.LogPluginAnswer);
}
