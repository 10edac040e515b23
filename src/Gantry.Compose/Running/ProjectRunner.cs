using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Requests;

namespace Gantry.Compose.Running;

/// <summary>Brings a project up: its networks, volumes, images and containers. Each step can be repeated.</summary>
/// <param name="warn">Told what is odd but no error.</param>
public sealed class ProjectRunner(ComposeEngine engine, ComposeProject project, IImageBuilder builder, IComposeProgress progress, Action<string> warn)
{
    private ProjectState state = new([]);

    public ProjectImages Images { get; } = new(engine.Client, progress, builder);

    /// <summary>The containers of the project's services, as far as they are made.</summary>
    public IReadOnlyList<ComposeContainer> Containers => [.. project.Services.Keys.SelectMany(state.Of)];

    /// <summary>Makes all that is to be started.</summary>
    public async Task CreateAsync(UpOptions options, CancellationToken cancellationToken)
    {
        if (project.Services.Count == 0 && !options.KeepsUnused)
        {
            throw new ComposeException("no service selected");
        }

        UnsupportedKeys.Refuse(project);
        ContainerRules.Check(project);
        var listing = engine.ListAsync(oneOff: true, cancellationToken: cancellationToken);
        await Images.EnsureAsync(project, options, cancellationToken).ConfigureAwait(false);
        var listed = await listing.ConfigureAwait(false);
        state = new([.. listed.Where(container => !container.IsOneOff)]);
        await HandleOrphansAsync(listed, options).ConfigureAwait(false);
        await EnsureResourcesAsync(project, options, cancellationToken).ConfigureAwait(false);
        await new Convergence(engine, project, Images, state, options, progress).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What <see cref="CreateAsync"/> would do with containers; nothing is changed.</summary>
    public async Task<IReadOnlyList<PlannedContainer>> PlanAsync(UpOptions options, CancellationToken cancellationToken)
    {
        await Images.FindAsync(project, cancellationToken).ConfigureAwait(false);
        state = new(await engine.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false));
        if (options.Recreate != RecreatePolicy.Never) await new ProjectNetworks(engine, progress).FindOutdatedAsync(project, state, cancellationToken).ConfigureAwait(false);
        return new Convergence(engine, project, Images, state, options, progress).Plan();
    }

    /// <summary>Makes a container of a service for one command; what it depends on was brought up before.</summary>
    /// <param name="own">The project with that service alone, as it is for the command.</param>
    /// <returns>Its id.</returns>
    public async Task<string> CreateOneOffAsync(ComposeProject own, OneOff one, UpOptions options, CancellationToken cancellationToken)
    {
        var service = own.Services.Values.Single();
        UnsupportedKeys.Refuse(own);
        ContainerRules.Check(own);
        await Images.EnsureAsync(own, options, cancellationToken).ConfigureAwait(false);
        // What others use is not made anew for one command.
        var careful = options with { Recreate = RecreatePolicy.Never, Confirm = _ => false };
        await EnsureResourcesAsync(own, careful, cancellationToken).ConfigureAwait(false);
        await new Startup(engine, project, state, progress).WaitForAsync(service, cancellationToken).ConfigureAwait(false);
        var maker = new ContainerMaker(engine.Client, own);
        var request = new ContainerRequest
        {
            Project = own,
            Service = service,
            Name = one.Name,
            Image = ContainerNames.ImageOf(own, service),
            ImageId = Images.IdOf(own, service),
            ConfigHash = ServiceHash.Of(service),
            Proxies = engine.Proxies,
            IsOneOff = true,
            Number = 1,
            Slug = one.Slug,
            AutoRemove = one.AutoRemove,
            AttachesInput = one.AttachesInput,
            HasAliases = one.HasAliases,
            IsBeforeEndpointAddresses = await maker.IsOldAsync(cancellationToken).ConfigureAwait(false),
            Peers = state.Peers(),
            PeerNames = state.Names(),
        };
        return await maker.MakeAsync(request, one.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts what was made.</summary>
    /// <param name="isQuiet">Nothing is told of it.</param>
    public Task StartAsync(bool isQuiet, CancellationToken cancellationToken) =>
        new Startup(engine, project, state, isQuiet ? new NoProgress() : progress).RunAsync(cancellationToken);

    /// <summary>Waits until all run, and are healthy where they can say so.</summary>
    public Task WaitAsync(TimeSpan? timeout, CancellationToken cancellationToken) => new Startup(engine, project, state, progress).WaitAllAsync(timeout, cancellationToken);

    /// <summary>The networks and volumes that the services need, one kind after the other: both may stop the same containers.</summary>
    private async Task EnsureResourcesAsync(ComposeProject whole, UpOptions options, CancellationToken cancellationToken)
    {
        var needed = options.KeepsUnused ? whole : whole.WithoutUnused();
        await new ProjectNetworks(engine, progress).EnsureAsync(needed, state, options, cancellationToken).ConfigureAwait(false);
        await new ProjectVolumes(engine, progress).EnsureAsync(needed, state, options, warn, cancellationToken).ConfigureAwait(false);
    }

    private async Task HandleOrphansAsync(IReadOnlyList<ComposeContainer> listed, UpOptions options)
    {
        var known = project.AllServices.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
        var orphans = listed.Where(container => !known.Contains(container.Service)).ToList();
        if (orphans.Count == 0 || SwitchVariable.IsOn(project.Environment.GetValueOrDefault(SwitchVariable.IgnoreOrphans)))
        {
            return;
        }

        if (!options.RemoveOrphans)
        {
            warn($"Found orphan containers ([{string.Join(' ', orphans.Select(orphan => orphan.Name))}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.");
            return;
        }

        var actions = new ContainerActions(engine.Client, progress);
        await Task.WhenAll(orphans.Select(orphan => actions.StopAndRemoveAsync(orphan, options.StopTimeout, volumes: false))).ConfigureAwait(false);
    }
}
