using Gantry.Build.Sources;
using Gantry.Build.Sources.Git;
using Gantry.Build.Store;
using Gantry.Images;
using Microsoft.Extensions.Logging;

namespace Gantry.Build.Solving;

/// <summary>What all builds of a daemon share.</summary>
public sealed record BuildEnvironment
{
    public required BuildStore Store { get; init; }

    public required ImageStore Images { get; init; }

    /// <summary>Runs the programs of steps, isolated as a container is.</summary>
    public required IStepRunner Runner { get; init; }

    public required HttpDownloads Downloads { get; init; }

    public required GitRepositories Git { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
