using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>A driver that logs elsewhere. Beside it a file is written for <c>logs</c> (Docker's dual logging), unless the options say no.</summary>
internal abstract class RemoteLogDriver : LogDriver
{
    /// <summary>Where to, and how, without what the options of every driver say.</summary>
    public abstract LogReceiver Receiver(ContainerRecord container, DriverOptions options);

    public override LogFilePlan? File(EnginePaths paths, string id, DriverOptions options) => LogCache.Of(paths, id, options);

    public override LogPlan Plan(EnginePaths paths, ContainerRecord container, DriverOptions options) => new()
    {
        File = File(paths, container.Id, options),
        Receiver = LogDelivery.Apply(Receiver(container, options), options),
    };

    protected static string Command(ContainerRecord container) => string.Join(' ', container.Args.Prepend(container.Path));
}
