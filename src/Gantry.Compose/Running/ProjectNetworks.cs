using System.Text.Json;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>The networks of a project in the engine.</summary>
internal sealed class ProjectNetworks(ComposeEngine engine, IComposeProgress progress)
{
    /// <summary>Makes those that are missing, and anew those that the files describe otherwise now; external ones have to be there.</summary>
    public async Task EnsureAsync(ComposeProject project, ProjectState state, UpOptions options, CancellationToken cancellationToken)
    {
        if (project.Networks.Count == 0)
        {
            return;
        }

        var there = await ThereAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (key, network) in project.Networks)
        {
            if (options.Recreate != RecreatePolicy.Never && Outdated(project, network, there) is { } id)
            {
                await RecreateAsync(project, key, network, id, state, options, cancellationToken).ConfigureAwait(false);
            }
        }

        await Task.WhenAll(project.Networks.Select(async item =>
        {
            var (key, network) = item;
            if (there.Contains(network.Name))
            {
                return;
            }

            if (network.External)
            {
                if (network.Name is not ("host" or "none" or "bridge")) throw new ComposeException($"network {network.Name} declared as external, but could not be found");
                return;
            }

            await progress.ShowAsync($"Network {network.Name}", "Creating", "Created", () => CreateAsync(project, key, network, cancellationToken)).ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    /// <summary>Notes whose containers an up would make anew, as their network is described otherwise now.</summary>
    public async Task FindOutdatedAsync(ComposeProject project, ProjectState state, CancellationToken cancellationToken)
    {
        var there = await ThereAsync(cancellationToken).ConfigureAwait(false);
        foreach (var key in project.Networks.Where(item => Outdated(project, item.Value, there) is not null).Select(item => item.Key)) ServicesOn(project, key).ForEach(state.Displace);
    }

    /// <summary>Removes those that were made for the project.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var networks = await engine.NetworksAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(networks.Select(network => RemoveAsync(network.GetProperty("Id").GetString()!, network.GetProperty("Name").GetString()!, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>The engine's networks by name.</summary>
    private async Task<ILookup<string, JsonElement>> ThereAsync(CancellationToken cancellationToken) =>
        (await engine.Client.GetAsync("/networks", cancellationToken).ConfigureAwait(false)).EnumerateArray().ToLookup(network => network.GetProperty("Name").GetString()!, StringComparer.Ordinal);

    /// <summary>The id of the network that was made of another description; null for none.</summary>
    private static string? Outdated(ComposeProject project, NetworkDefinition network, ILookup<string, JsonElement> there) =>
        !network.External && there[network.Name].FirstOrDefault() is { ValueKind: JsonValueKind.Object } known && ComposeLabels.IsOutdated(known, project.Name, DefinitionHash.Of(network))
            ? known.GetProperty("Id").GetString()
            : null;

    private static List<string> ServicesOn(ComposeProject project, string key) =>
        [.. project.Services.Values.Where(service => service.Networks.ContainsKey(key)).Select(service => service.Name)];

    /// <summary>Its containers stop, and are to be made anew.</summary>
    private async Task RecreateAsync(ComposeProject project, string key, NetworkDefinition network, string id, ProjectState state, UpOptions options, CancellationToken cancellationToken)
    {
        var services = ServicesOn(project, key);
        var containers = services.SelectMany(state.Of).Where(container => container.IsRunning).ToList();
        await new ServiceActions(engine, project, progress, containers).StopAsync(services, options.StopTimeout).ConfigureAwait(false);
        await progress.ShowAsync($"Network {network.Name}", "Removing", "Removed", () => engine.Client.DeleteAsync($"/networks/{Query.Segment(id)}", cancellationToken).AsTask()).ConfigureAwait(false);
        await progress.ShowAsync($"Network {network.Name}", "Creating", "Created", () => CreateAsync(project, key, network, cancellationToken)).ConfigureAwait(false);
        foreach (var service in services)
        {
            state.Set(service, [.. state.Of(service).Select(container => container.IsRunning ? container with { State = "exited" } : container)]);
            state.Displace(service);
        }
    }

    private async Task RemoveAsync(string id, string name, CancellationToken cancellationToken)
    {
        var subject = $"Network {name}";
        progress.Report(new(subject, ProgressState.Working, "Removing"));
        try
        {
            await engine.Client.DeleteAsync($"/networks/{Query.Segment(id)}", cancellationToken).ConfigureAwait(false);
            progress.Report(new(subject, ProgressState.Done, "Removed"));
        }
        catch (NotFoundException)
        {
            progress.Report(new(subject, ProgressState.Done, "Removed"));
        }
        catch (GantryException e) when (e.Message.Contains("active endpoints", StringComparison.Ordinal))
        {
            // Containers of others are on it.
            progress.Report(new(subject, ProgressState.Warning, "Resource is still in use"));
        }
    }

    private async Task CreateAsync(ComposeProject project, string key, NetworkDefinition network, CancellationToken cancellationToken)
    {
        var body = new JsonBody { ["Name"] = network.Name };
        body.SetIfGiven("Driver", network.Driver);
        body.SetIfGiven("Options", JsonBody.Of(network.DriverOpts));
        body.SetIfGiven("Internal", network.Internal);
        body.SetIfGiven("Attachable", network.Attachable);
        if (network.EnableIpv4 is { } four) body["EnableIPv4"] = four;
        if (network.EnableIpv6 is { } six) body["EnableIPv6"] = six;
        body.SetIfGiven("IPAM", Ipam(network.Ipam));
        body["Labels"] = JsonBody.Of(new Dictionary<string, string>(network.Labels)
        {
            [ComposeLabels.ConfigHash] = DefinitionHash.Of(network),
            [ComposeLabels.Network] = key,
            [ComposeLabels.Project] = project.Name,
            [ComposeLabels.Version] = ComposeLabels.CompatibleVersion,
        });
        try
        {
            await engine.Client.PostAsync("/networks/create", body.ToUtf8(), cancellationToken).ConfigureAwait(false);
        }
        catch (ConflictException)
        {
            // Another up made it meanwhile.
        }
    }

    private static JsonBody Ipam(IpamSettings ipam)
    {
        var body = new JsonBody();
        body.SetIfGiven("Driver", ipam.Driver);
        body.SetIfGiven("Options", JsonBody.Of(ipam.Options));
        body.SetIfGiven("Config", ipam.Config.Select(pool =>
        {
            var item = new JsonBody();
            item.SetIfGiven("Subnet", pool.Subnet);
            item.SetIfGiven("Gateway", pool.Gateway);
            item.SetIfGiven("IPRange", pool.IpRange);
            item.SetIfGiven("AuxiliaryAddresses", JsonBody.Of(pool.AuxAddresses));
            return item;
        }).ToList());
        return body;
    }
}
