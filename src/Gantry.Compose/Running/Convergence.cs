using System.Text.Json;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Requests;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>Makes the containers of a project be what its files say. None is started.</summary>
internal sealed class Convergence(ComposeEngine engine, ComposeProject project, ProjectImages images, ProjectState state, UpOptions options, IComposeProgress progress)
{
    private const string OfService = "service:";
    private readonly ContainerMaker maker = new(engine.Client, project);
    private readonly RollingNames names = new(engine.Client);
    private readonly ServiceProvider provider = new(project, progress, engine.Client.IsRehearsal);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isOld = await maker.IsOldAsync(cancellationToken).ConfigureAwait(false);
        await ServiceGraph.Of(project).VisitAsync(project.Services.Keys.ToHashSet(), isReversed: false, name => project.Services[name] is { Provider: not null } provided
            ? provider.UpAsync(provided, cancellationToken)
            : ConvergeAsync(provider.WithProvided(project.Services[name]), isOld, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>What would be done.</summary>
    public IReadOnlyList<PlannedContainer> Plan() => [.. project.Services.Values.Where(service => service.Provider is null).SelectMany(Plan)];

    private IReadOnlyList<PlannedContainer> Plan(ComposeService service) => ServicePlan.Of(
        service, state.Of(service.Name), PolicyOf(service), images.IdOf(project, service), SharedWith(service).Any(state.IsRenewed), container => Missing(service, container));

    /// <summary>The hash of a service does not count what its networks and volumes are called in the engine.</summary>
    private string Missing(ComposeService service, ComposeContainer container)
    {
        if (state.IsDisplaced(service.Name)) return "its network changed";
        var networks = service.Networks.Keys.Where(project.Networks.ContainsKey).Select(key => project.Networks[key].Name);
        if (!networks.All(container.NetworkNames.Contains)) return "its networks changed";
        var volumes = service.Volumes.Where(mount => mount is { Type: "volume", Source: not null } && project.Volumes.ContainsKey(mount.Source)).Select(mount => project.Volumes[mount.Source!].Name);
        return volumes.All(container.VolumeNames.Contains) ? "" : "its volumes changed";
    }

    private async Task ConvergeAsync(ComposeService service, bool isOld, CancellationToken cancellationToken)
    {
        RequirePeers(service);
        var plan = Plan(service);
        if (service is { ContainerName.Length: > 0, Replicas: > 1 })
        {
            throw new ComposeException($"""the "{service.Name}" service is using the custom container name "{service.ContainerName}". Docker requires each container to have a unique name. Remove the custom name to scale the service""");
        }

        if (plan.Any(item => item.Action is ContainerAction.Recreate)) await StopDependentsAsync(service).ConfigureAwait(false);
        var replacement = ReplacementOf(service, plan);
        var made = replacement == Replacement.AtOnce
            ? await Task.WhenAll(plan.Select(item => DoAsync(item, isOld, replacement, cancellationToken))).ConfigureAwait(false)
            : await OneByOneAsync(plan, item => DoAsync(item, isOld, replacement, cancellationToken)).ConfigureAwait(false);
        if (plan.Any(item => item.Action is ContainerAction.Recreate))
        {
            state.Renew(service.Name);
        }

        var named = await Task.WhenAll(made.OfType<ComposeContainer>().Select(container => NameAsync(service, container, cancellationToken))).ConfigureAwait(false);
        state.Set(service.Name, [.. named.OrderBy(container => container.Number)]);
    }

    /// <summary>Those that say that they restart with a service; they are started as all are, once it is.</summary>
    private async Task StopDependentsAsync(ComposeService service)
    {
        var actions = new ContainerActions(engine.Client, progress);
        foreach (var dependent in project.Services.Values.Where(other => other.DependsOn.GetValueOrDefault(service.Name) is { Restart: true }))
        {
            state.Set(dependent.Name, await Task.WhenAll(state.Of(dependent.Name).Select(async container =>
            {
                if (!container.IsRunning) return container;
                await actions.StopAsync(container, options.StopTimeout).ConfigureAwait(false);
                return container with { State = "exited" };
            })).ConfigureAwait(false));
        }
    }

    /// <summary>An up that was interrupted left the new container under the name it had until the old one was gone.</summary>
    private async Task<ComposeContainer> NameAsync(ComposeService service, ComposeContainer container, CancellationToken cancellationToken)
    {
        var name = ContainerNames.Of(project, service, container.Number);
        if (!container.Name.EndsWith("_" + name, StringComparison.Ordinal))
        {
            return container;
        }

        await RenameAsync(container.Id, name, cancellationToken).ConfigureAwait(false);
        return container with { Name = name };
    }

    private async Task RenameAsync(string id, string name, CancellationToken cancellationToken) =>
        await engine.Client.PostAsync(new Query($"/containers/{id}/rename").Add("name", name).ToString(), default, cancellationToken).ConfigureAwait(false);

    private enum Replacement
    {
        AtOnce,

        /// <summary>One at a time, and the next when the new one is healthy.</summary>
        InTurn,

        /// <summary>One at a time, and the old one goes when the new one is healthy.</summary>
        NewFirst,
    }

    /// <summary>Of several that can say whether they are healthy, one at a time is replaced: the service goes on.</summary>
    private static Replacement ReplacementOf(ComposeService service, IReadOnlyList<PlannedContainer> plan)
    {
        if (!IsReplacedInTurn(service) || !plan.Any(item => item is { Action: ContainerAction.Recreate, Existing.State: "running" }))
        {
            return Replacement.AtOnce;
        }

        // A port of the host cannot be the new one's while it is the old one's.
        return service.Ports.Any(port => !string.IsNullOrEmpty(port.Published)) ? Replacement.InTurn : Replacement.NewFirst;
    }

    private static bool IsReplacedInTurn(ComposeService service) => service is { Replicas: > 1, HealthCheck: { Disable: false, Test: [not "NONE", ..] } };

    private static async Task<ComposeContainer?[]> OneByOneAsync(IReadOnlyList<PlannedContainer> plan, Func<PlannedContainer, Task<ComposeContainer?>> work)
    {
        var made = new List<ComposeContainer?>();
        foreach (var item in plan)
        {
            made.Add(await work(item).ConfigureAwait(false));
        }

        return [.. made];
    }

    private async Task<ComposeContainer?> DoAsync(PlannedContainer item, bool isOld, Replacement replacement, CancellationToken cancellationToken)
    {
        switch (item.Action)
        {
            case ContainerAction.Create:
                return await CreateAsync(item, isOld, cancellationToken).ConfigureAwait(false);
            case ContainerAction.Recreate:
                return await RecreateAsync(item, isOld, replacement, cancellationToken).ConfigureAwait(false);
            case ContainerAction.Remove:
                await new ContainerActions(engine.Client, progress).StopAndRemoveAsync(item.Existing!, options.StopTimeout, volumes: false).ConfigureAwait(false);
                return null;
            default:
                // An up that was killed in the middle left it hidden.
                if (item.Existing!.IsRunning && IsReplacedInTurn(item.Service)) await names.ShowAsync(item.Existing.Id, isShown: true, cancellationToken).ConfigureAwait(false);
                if (item.Existing.State == "running") progress.Report(new($"Container {item.Existing.Name}", ProgressState.Done, "Running"));
                return item.Existing;
        }
    }

    private async Task<ComposeContainer> CreateAsync(PlannedContainer item, bool isOld, CancellationToken cancellationToken)
    {
        var name = ContainerNames.Of(project, item.Service, item.Number);
        var id = "";
        await progress.ShowAsync($"Container {name}", "Creating", "Created", async () =>
            id = await maker.MakeAsync(Request(item, name, isOld), name, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return Made(item, id, name);
    }

    /// <summary>The new one is there before the old one goes, and gets its name in the end.</summary>
    private async Task<ComposeContainer> RecreateAsync(PlannedContainer item, bool isOld, Replacement replacement, CancellationToken cancellationToken)
    {
        var old = item.Existing!;
        var name = ContainerNames.Of(project, item.Service, item.Number);
        var id = "";
        await progress.ShowAsync($"Container {old.Name}", "Recreate", "Recreated", async () =>
        {
            var request = Request(item, name, isOld) with
            {
                Replaces = old.Name,
                Inherited = options.RenewAnonymousVolumes ? new Dictionary<string, string>() : await AnonymousVolumesAsync(old, cancellationToken).ConfigureAwait(false),
            };
            var temporary = $"{old.Id[..12]}_{name}";
            await DropRemainsAsync(temporary, cancellationToken).ConfigureAwait(false);
            id = await maker.MakeAsync(request, temporary, cancellationToken).ConfigureAwait(false);
            if (replacement == Replacement.NewFirst)
            {
                await StartFirstAsync(item.Service, Made(item, id, temporary), cancellationToken).ConfigureAwait(false);
                await names.RetireAsync(old.Id, cancellationToken).ConfigureAwait(false);
            }

            await new ContainerActions(engine.Client, new NoProgress()).StopAndRemoveAsync(old, options.StopTimeout, volumes: false).ConfigureAwait(false);
            await RenameAsync(id, name, cancellationToken).ConfigureAwait(false);
            if (replacement == Replacement.InTurn) await new Startup(engine, project, state, progress).StartHealthyAsync(item.Service, Made(item, id, name), cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return Made(item, id, name) with { State = replacement == Replacement.AtOnce ? "created" : "running" };
    }

    /// <summary>One that does not become healthy goes again, and the old one stays.</summary>
    private async Task StartFirstAsync(ComposeService service, ComposeContainer container, CancellationToken cancellationToken)
    {
        try
        {
            await names.ShowAsync(container.Id, isShown: false, cancellationToken).ConfigureAwait(false);
            await new Startup(engine, project, state, progress).StartHealthyAsync(service, container, cancellationToken).ConfigureAwait(false);
            await names.ShowAsync(container.Id, isShown: true, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await new ContainerActions(engine.Client, new NoProgress()).RemoveAsync(container, volumes: false).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>One that an earlier try left, which was interrupted.</summary>
    private async Task DropRemainsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Client.DeleteAsync($"/containers/{Query.Segment(name)}?force=1", cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
        }
    }

    private ContainerRequest Request(PlannedContainer item, string name, bool isOld) => new()
    {
        Proxies = engine.Proxies,
        Project = project,
        Service = item.Service,
        Name = name,
        Number = item.Number,
        Image = ContainerNames.ImageOf(project, item.Service),
        ImageId = images.IdOf(project, item.Service),
        ConfigHash = ServiceHash.Of(item.Service),
        IsBeforeEndpointAddresses = isOld,
        Peers = state.Peers(),
        PeerNames = state.Names(),
    };

    private static ComposeContainer Made(PlannedContainer item, string id, string name) => new() { Id = id, Name = name, Service = item.Service.Name, Number = item.Number, State = "created" };

    private RecreatePolicy PolicyOf(ComposeService service) =>
        options.Services.Count == 0 || options.Services.Contains(service.Name) ? options.Recreate : options.RecreateDependencies;

    private async Task<Dictionary<string, string>> AnonymousVolumesAsync(ComposeContainer container, CancellationToken cancellationToken)
    {
        var inspected = await engine.Client.GetAsync($"/containers/{container.Id}/json", cancellationToken).ConfigureAwait(false);
        var named = project.Volumes.Values.Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
        return inspected.GetProperty("Mounts").ValueKind != JsonValueKind.Array ? []
            : inspected.GetProperty("Mounts").EnumerateArray()
                .Where(mount => mount.GetProperty("Type").GetString() == "volume" && !named.Contains(mount.GetProperty("Name").GetString()!))
                .ToDictionary(mount => mount.GetProperty("Destination").GetString()!, mount => mount.GetProperty("Name").GetString()!, StringComparer.Ordinal);
    }

    /// <summary>What a service shares with has containers by now, unless dependencies were left out.</summary>
    private void RequirePeers(ComposeService service)
    {
        foreach (var (peer, shared) in Shares(service))
        {
            if (state.Of(peer).Count == 0) throw new ComposeException($"cannot share {shared} with service {peer}: container missing");
        }
    }

    private static IEnumerable<string> SharedWith(ComposeService service) => Shares(service).Select(share => share.Service);

    /// <summary>The services whose namespaces or volumes a service has.</summary>
    private static IEnumerable<(string Service, string What)> Shares(ComposeService service)
    {
        (string? Mode, string What)[] modes = [(service.NetworkMode, "network namespace"), (service.Ipc, "IPC namespace"), (service.Pid, "PID namespace")];
        return modes.Where(one => one.Mode?.StartsWith(OfService, StringComparison.Ordinal) == true).Select(one => (one.Mode![OfService.Length..], one.What))
            .Concat(service.VolumesFrom.Where(text => !text.StartsWith("container:", StringComparison.Ordinal)).Select(text => (text.Split(':')[0], "volume")));
    }
}
