using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Loading;

/// <summary>Whether what services refer to exists, and what they say goes together.</summary>
/// <param name="tree">The canonical tree, for the places.</param>
internal sealed class ConsistencyChecks(ComposeProject project, MappingNode tree)
{
    /// <exception cref="ComposeException">It is not so.</exception>
    public void Check()
    {
        foreach (var service in project.Services.Values)
        {
            CheckImage(service);
            if (service.Build is { } build)
            {
                CheckBuild(service, build);
            }

            CheckNetworks(service);
            CheckDependencies(service);
            CheckStorage(service);
            CheckAmounts(service);
            if (service.HealthCheck is { Test: [var first, ..] } && first is not ("CMD" or "CMD-SHELL" or "NONE"))
            {
                throw Failed(service, $"a list must begin with CMD, CMD-SHELL or NONE, not \"{first}\"", "healthcheck", "test");
            }

            foreach (var rule in service.Develop?.Watch.Where(rule => rule.Action is not ("rebuild" or "restart") && rule.Target is null) ?? [])
            {
                throw Failed(service, $"the action {rule.Action} needs a target", "develop", "watch");
            }
        }

        foreach (var (name, secret) in project.Secrets)
        {
            if (secret is { External: false, File: null, Environment: null, Driver: null })
            {
                throw new ComposeException($"secrets.{name}: one of file, environment or external must be set", TreePlaces.At(tree, "secrets", name));
            }
        }

        CheckCycles();
    }

    private void CheckBuild(ComposeService service, BuildSettings build)
    {
        foreach (var (name, context) in build.AdditionalContexts.Where(pair => pair.Value.StartsWith("service:", StringComparison.Ordinal)))
        {
            if (!project.Services.TryGetValue(context["service:".Length..], out var other) || other.Build is null)
            {
                throw Failed(service, $"there is no service {context["service:".Length..]} that is built", "build", "additional_contexts", name);
            }
        }
    }

    private void CheckImage(ComposeService service)
    {
        if (service is { Build: null, Image: null or "", Provider: null })
        {
            throw Failed(service, "it has neither an image nor a build; set one of them");
        }

        if (service.Build is { DockerfileInline.Length: > 0, Dockerfile.Length: > 0 })
        {
            throw Failed(service, "dockerfile and dockerfile_inline exclude each other", "build", "dockerfile_inline");
        }

        if (service is { Build.Platforms: [_, ..] platforms, Platform: { } platform } && !platforms.Contains(platform))
        {
            throw Failed(service, $"the service's platform \"{platform}\" must be one of the platforms of the build", "build", "platforms");
        }
    }

    private void CheckNetworks(ComposeService service)
    {
        if (service is { NetworkMode: not null, Networks.Count: > 0 })
        {
            throw Failed(service, "network_mode and networks exclude each other; keep one", "network_mode");
        }

        if (service.Networks.Keys.FirstOrDefault(name => !project.Networks.ContainsKey(name)) is { } network)
        {
            throw Failed(service, $"the network {network} is not defined; add it below the key networks", "networks", network);
        }

        if (service.NetworkMode?.StartsWith("service:", StringComparison.Ordinal) == true && !project.Services.ContainsKey(service.NetworkMode["service:".Length..]))
        {
            throw Failed(service, $"there is no service {service.NetworkMode["service:".Length..]}", "network_mode");
        }
    }

    private void CheckDependencies(ComposeService service)
    {
        foreach (var (name, dependency) in service.DependsOn.Where(pair => !project.Services.ContainsKey(pair.Key)))
        {
            if (!project.DisabledServices.TryGetValue(name, out var disabled))
            {
                throw Failed(service, $"there is no service {name}", "depends_on", name);
            }

            if (dependency.Required)
            {
                throw Failed(service, $"the service {name} is not active; activate one of its profiles {string.Join(", ", disabled.Profiles)}, or set required: false", "depends_on", name);
            }
        }
    }

    private void CheckStorage(ComposeService service)
    {
        if (service.Volumes.FirstOrDefault(mount => mount.Type == "volume" && !string.IsNullOrEmpty(mount.Source) && !project.Volumes.ContainsKey(mount.Source)) is { } volume)
        {
            throw Failed(service, $"the volume {volume.Source} is not defined; add it below the key volumes, or begin a path with ./", "volumes");
        }

        if (service.Build?.Secrets.FirstOrDefault(secret => !project.Secrets.ContainsKey(secret.Source)) is { } buildSecret)
        {
            throw Failed(service, $"the secret {buildSecret.Source} is not defined; add it below the key secrets", "build", "secrets");
        }

        if (service.Configs.FirstOrDefault(config => !project.Configs.ContainsKey(config.Source)) is { } missing)
        {
            throw Failed(service, $"the config {missing.Source} is not defined; add it below the key configs", "configs");
        }

        if (service.Secrets.FirstOrDefault(secret => !project.Secrets.ContainsKey(secret.Source)) is { } secretMissing)
        {
            throw Failed(service, $"the secret {secretMissing.Source} is not defined; add it below the key secrets", "secrets");
        }

        if (service.Models.Keys.FirstOrDefault(model => !project.Models.ContainsKey(model)) is { } modelMissing)
        {
            throw Failed(service, $"the model {modelMissing} is not defined; add it below the key models", "models");
        }
    }

    private void CheckAmounts(ComposeService service)
    {
        if (service is { Scale: { } scale, Deploy.Replicas: { } replicas } && scale != replicas)
        {
            throw Failed(service, $"it is {scale} and deploy.replicas is {replicas}; keep one of them", "scale");
        }

        if (service.Deploy?.Resources.Limits is { } limits)
        {
            Same(service.Cpus, limits.Cpus, "cpus", "limits.cpus");
            Same(service.MemLimit, limits.Memory, "mem_limit", "limits.memory");
            Same(service.PidsLimit, limits.Pids, "pids_limit", "limits.pids");
        }

        if (service.Deploy?.Resources.Reservations is { } reservations)
        {
            Same(service.MemReservation, reservations.Memory, "mem_reservation", "reservations.memory");
        }

        if (service is { ContainerName: not null, Replicas: > 1 })
        {
            throw Failed(service, $"{service.Replicas} containers cannot have one name; remove container_name or {(service.Scale is null ? "deploy.replicas" : "scale")}", "container_name");
        }

        void Same<T>(T own, T deploy, string key, string other) where T : struct
        {
            if (!own.Equals(default(T)) && !own.Equals(deploy))
            {
                throw Failed(service, $"it is {own} and deploy.resources.{other} is {deploy}; keep one of them", key);
            }
        }
    }

    private void CheckCycles()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in project.Services.Keys)
        {
            Visit(name, []);
        }

        void Visit(string name, List<string> path)
        {
            if (path.IndexOf(name) is var start and >= 0)
            {
                throw new ComposeException($"services.{name}: the services depend on each other in a circle: {string.Join(" -> ", path.Skip(start).Append(name))}", TreePlaces.At(tree, "services", name, "depends_on"));
            }

            if (done.Contains(name) || !project.Services.TryGetValue(name, out var service))
            {
                return;
            }

            path.Add(name);
            foreach (var dependency in service.DependsOn.Keys)
            {
                Visit(dependency, path);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(name);
        }
    }

    private ComposeException Failed(ComposeService service, string message, params ReadOnlySpan<string> keys) =>
        new($"{string.Join('.', ["services", service.Name, .. keys])}: {message}", TreePlaces.At(tree, ["services", service.Name, .. keys]));
}
