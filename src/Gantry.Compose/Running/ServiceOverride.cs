using Gantry.Compose.Binding;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose.Running;

/// <summary>What <c>compose run</c> changes of a service.</summary>
public sealed record ServiceOverride
{
    /// <summary>Null: the service's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>As a shell would split it; null: the service's.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>Files of variables, under <see cref="Environment"/>.</summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    /// <summary><c>NAME=value</c>, or <c>NAME</c> for the value of this process.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>In the short form.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>In the short form.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>The service's own ports are published too.</summary>
    public bool KeepsPorts { get; init; }

    public bool HasTerminal { get; init; }

    public bool HasInput { get; init; }

    /// <exception cref="ComposeException">A port or volume is none.</exception>
    public static ComposeService Apply(ComposeProject project, ComposeService service, ServiceOverride change)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(change);
        return service with
        {
            Command = change.Command ?? (change.Entrypoint is null ? service.Command : null),
            Entrypoint = change.Entrypoint is null ? service.Entrypoint : Words(change.Entrypoint),
            Environment = With(With(service.Environment, change.EnvironmentFiles.SelectMany(file => FromFile(project, file))), change.Environment.Select(text => text.Split('=', 2) is [var name, var value]
                ? KeyValuePair.Create(name, (string?)value)
                : KeyValuePair.Create(text, project.Environment.GetValueOrDefault(text)))),
            Labels = With(service.Labels, change.Labels.Select(text => text.Split('=', 2) is [var name, var value] ? KeyValuePair.Create(name, value) : KeyValuePair.Create(text, ""))),
            Ports = [.. change.KeepsPorts ? service.Ports : [], .. change.Ports.SelectMany(Port)],
            Volumes = [.. service.Volumes, .. change.Volumes.Select(text => Mount(project, text))],
            CapAdd = [.. service.CapAdd, .. change.CapAdd],
            CapDrop = [.. service.CapDrop, .. change.CapDrop],
            User = change.User ?? service.User,
            WorkingDir = change.WorkingDirectory ?? service.WorkingDir,
            Tty = change.HasTerminal,
            StdinOpen = change.HasInput,
            ContainerName = null,
            Restart = null,
            Deploy = service.Deploy is null ? null : service.Deploy with { RestartPolicy = null },
            Scale = 1,
        };
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromFile(ComposeProject project, string file) =>
        DotEnv.Parse(FileText.Read(file), file, project.Environment.GetValueOrDefault, _ => { }).Select(item => KeyValuePair.Create(item.Key, (string?)item.Value));

    private static IReadOnlyList<string> Words(string text)
    {
        try
        {
            return ShellWords.Split(text);
        }
        catch (FormatException e)
        {
            throw new ComposeException($"invalid entrypoint {text}: {e.Message}", null, e);
        }
    }

    private static SortedDictionary<string, T> With<T>(IReadOnlyDictionary<string, T> values, IEnumerable<KeyValuePair<string, T>> more)
    {
        var result = new SortedDictionary<string, T>(values.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            result[name] = value;
        }

        return result;
    }

    private static IEnumerable<ServicePort> Port(string text) =>
        PortText.Parse(text, Origin.Implied, "--publish").Select(node => NetworkBinder.Port(new(node, "--publish", _ => { })));

    private static ServiceMount Mount(ComposeProject project, string text)
    {
        var mount = MountBinder.Bind(new(MountText.Parse(text, Origin.Implied, "--volume"), "--volume", _ => { }));
        return mount.Type == "bind" ? mount with { Source = Path.GetFullPath(GoPath.ExpandHome(mount.Source!, project.Environment), project.WorkingDirectory) } : mount;
    }
}

/// <summary>The container of <c>compose run</c>.</summary>
public sealed record OneOff
{
    public required string Name { get; init; }

    /// <summary>Tells it from others of its service; 64 hexadecimal digits.</summary>
    public required string Slug { get; init; }

    public bool AutoRemove { get; init; }

    /// <summary>It answers to the service's name and aliases.</summary>
    public bool HasAliases { get; init; }

    public bool AttachesInput { get; init; }
}
