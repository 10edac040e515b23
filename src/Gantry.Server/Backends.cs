using Gantry.Engine.Backends;

namespace Gantry.Server;

/// <summary>What the endpoint groups speak to.</summary>
internal sealed record Backends(
    ISystemBackend System,
    IEventBackend Events,
    IContainerBackend Containers,
    IContainerStreamBackend Streams,
    IExecBackend Execs,
    IStatsBackend Stats,
    IImageBackend Images,
    IRegistryBackend Registries,
    INetworkBackend Networks,
    IVolumeBackend Volumes,
    IContainerFileBackend Files,
    IPruneBackend Prune,
    IBuildBackend Builds);
