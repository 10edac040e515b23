using Gantry.Engine.Containers;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>A driver that is a plug-in (<see cref="LogPlugin"/>): which options there are it knows itself.</summary>
internal sealed class PluginLogDriver(string name) : LogDriver
{
    public override string Name => name;

    public override IReadOnlyList<string> Options => [];

    public override void Check(DriverOptions options)
    {
    }

    public override LogFilePlan? File(EnginePaths paths, string id, DriverOptions options) => LogCache.Of(paths, id, options);

    public override LogPlan Plan(EnginePaths paths, ContainerRecord container, DriverOptions options) => new()
    {
        File = File(paths, container.Id, options),
        Receiver = LogDelivery.Apply(new() { Transport = "fifo", Path = LogPlugin.PipeOf(paths, container.Id) }, options),
    };

    protected override void CheckValues(DriverOptions options)
    {
    }
}
