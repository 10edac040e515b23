using System.Globalization;
using Gantry.Compose;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>The project a command is for, with the containers it has and the services that are meant.</summary>
internal sealed class ComposeTarget
{
    private readonly ComposeCall _call;

    private ComposeTarget(ComposeCall call, ComposeProject? project, ComposeEngine engine, IReadOnlyList<ComposeContainer> containers) =>
        (_call, Project, Engine, Containers) = (call, project, engine, containers);

    /// <summary>Null where there is no file.</summary>
    public ComposeProject? Project { get; }

    public ComposeEngine Engine { get; }

    /// <summary>All of the project, also those of services that are not meant.</summary>
    public IReadOnlyList<ComposeContainer> Containers { get; }

    /// <summary>Named by the arguments, or else all: of the files, or where there are none of the containers.</summary>
    public IReadOnlySet<string> Services => field ??= new HashSet<string>(
        _call.Arguments.Count > 0 ? _call.Arguments : Project?.Services.Keys ?? Containers.Select(container => container.Service), StringComparer.Ordinal);

    /// <summary>The containers of the services.</summary>
    public IEnumerable<ComposeContainer> Meant => Containers.Where(container => Services.Contains(container.Service));

    public ContainerActions Actions => field ??= new(Engine.Client, _call.Progress);

    public ServiceActions ServiceActions => field ??= new(Engine, Project, _call.Progress, Containers);

    /// <summary>With the files of the project, which say what services there are.</summary>
    /// <exception cref="ComposeException">An argument names no service of the files.</exception>
    public static async Task<ComposeTarget> OpenAsync(ComposeCall call, bool all = true, bool oneOff = false)
    {
        var project = call.TryProject(call.Arguments);
        var engine = call.Engine(project?.Name ?? call.ProjectName());
        return new(call, project, engine, await engine.ListAsync(all, oneOff).ConfigureAwait(false));
    }

    /// <summary>With the name of the project alone.</summary>
    public static async Task<ComposeTarget> OpenByNameAsync(ComposeCall call, bool all = true)
    {
        var engine = call.Engine(call.ProjectName());
        return new(call, null, engine, await engine.ListAsync(all).ConfigureAwait(false));
    }

    /// <summary>A container of a service, the one of the lowest number where <c>--index</c> names none.</summary>
    /// <param name="all">Also one that has stopped.</param>
    /// <param name="oneOff">Also one of <c>run</c>, where no index is named and there is no other.</param>
    public static async Task<ComposeContainer> ContainerAsync(ComposeCall call, string service, bool all = false, bool oneOff = false)
    {
        var engine = call.Engine(call.ProjectName());
        var index = (int)call.Number("index");
        var containers = await engine.ListAsync(all, oneOff && index <= 0, [service]).ConfigureAwait(false);
        return Pick(containers.Any(container => !container.IsOneOff) ? [.. containers.Where(container => !container.IsOneOff)] : containers, service, index);
    }

    public static ComposeContainer Pick(IReadOnlyList<ComposeContainer> containers, string service, int index)
    {
        var number = index.ToString(CultureInfo.InvariantCulture);
        return containers.Where(container => container.Service == service && (index <= 0 || container.Number == index)).MinBy(container => container.Number)
            ?? throw new ComposeException(index > 0 ? $"service \"{service}\" is not running container #{number}" : $"service \"{service}\" is not running");
    }
}
