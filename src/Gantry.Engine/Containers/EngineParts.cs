using Gantry.Engine.Bundles;
using Gantry.Engine.Devices;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Engine.Logs;
using Gantry.Engine.Networks;
using Gantry.Engine.Volumes;
using Gantry.Runtime.Monitor.Client;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>What the engine's services share.</summary>
internal sealed record EngineParts
{
    /// <summary>As they were read last.</summary>
    public required EngineOptions Options { get; set; }

    public required EnginePaths Paths { get; init; }

    public required ContainerStore Store { get; init; }

    public required IContainerImages Images { get; init; }

    public required INetworkSetup Networks { get; init; }

    public required MonitorPool Monitors { get; init; }

    public required EventBus Bus { get; init; }

    public required ContainerEvents Events { get; init; }

    public required VolumeService Volumes { get; init; }

    public required LogWatcher LogWatcher { get; init; }

    public required CgroupLayout Cgroups { get; init; }

    /// <summary>Of vendors.</summary>
    public CdiDevices Devices => new(Options.DeviceDirectories);

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
