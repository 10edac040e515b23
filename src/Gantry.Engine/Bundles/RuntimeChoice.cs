using Gantry.Engine.Containers;
using Gantry.Engine.Machine;
using Gantry.Runtime.Monitor.Runtimes;

namespace Gantry.Engine.Bundles;

/// <summary>The OCI runtime that a container has named.</summary>
internal static class RuntimeChoice
{
    /// <summary>Null for ours.</summary>
    /// <exception cref="Spec.InvalidArgumentException">It is not configured (any more).</exception>
    public static OciRuntime? Of(ContainerRecord container, RuntimeOptions options, EnginePaths paths)
    {
        var name = container.HostConfig.Runtime ?? RuntimeOptions.StockName;
        options.Require(name);
        return !options.Named.TryGetValue(name, out var program) ? null : new OciRuntime
        {
            Name = name,
            Path = HostPrograms.Find(program.Path) ?? program.Path,
            Arguments = program.Arguments.Count > 0 ? program.Arguments : null,
            Root = paths.RuntimeState(name),
        };
    }
}
