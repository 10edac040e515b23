using Gantry.Compose.Binding;
using Gantry.Compose.Model;

namespace Gantry.Compose.Loading;

/// <summary>Which services are active, and what of the rest they need.</summary>
public static class ServiceSelection
{
    /// <summary>The services without a profile or with one of these; <c>*</c> is all.</summary>
    public static ComposeProject WithProfiles(this ComposeProject project, IReadOnlyList<string> profiles)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(profiles);
        var active = project.AllServices.ToLookup(service => service.Profiles.Count == 0 || profiles.Contains("*") || service.Profiles.Any(profiles.Contains));
        return project with { Services = Named(active[true]), DisabledServices = Named(active[false]), Profiles = profiles };
    }

    /// <summary>Only these services and what they depend on; without names, all that are active.</summary>
    /// <exception cref="ComposeException">There is no such service.</exception>
    public static ComposeProject WithServices(this ComposeProject project, IReadOnlyCollection<string> names, bool includesDependencies = true)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
        {
            return project;
        }

        var wanted = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<(string Name, bool Required)>(names.Select(name => (name, true)));
        while (open.TryDequeue(out var next))
        {
            if (!project.Services.TryGetValue(next.Name, out var service))
            {
                if (next.Required)
                {
                    throw new ComposeException($"no such service: {next.Name}");
                }

                continue;
            }

            foreach (var (dependency, how) in wanted.Add(next.Name) && includesDependencies ? service.DependsOn : Empty.Map<DependsOn>())
            {
                open.Enqueue((dependency, how.Required));
            }
        }

        var selected = project.Services.Values.ToLookup(service => wanted.Contains(service.Name));
        return project with
        {
            Services = Named(selected[true].Select(service => service with
            {
                DependsOn = MappingReader.Sorted(service.DependsOn.Where(pair => wanted.Contains(pair.Key))),
            })),
            DisabledServices = Named(project.DisabledServices.Values.Concat(selected[false])),
        };
    }

    /// <summary>Without networks, volumes, secrets, configs and models that no active service uses.</summary>
    public static ComposeProject WithoutUnused(this ComposeProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        var services = project.Services.Values;
        return project with
        {
            Networks = Used(project.Networks, services.SelectMany(service => service.Networks.Keys)),
            Volumes = Used(project.Volumes, services.SelectMany(service => service.Volumes).Where(mount => mount.Type == "volume").Select(mount => mount.Source)),
            Secrets = Used(project.Secrets, services.SelectMany(service => service.Secrets.Concat(service.Build?.Secrets ?? [])).Select(secret => secret.Source)),
            Configs = Used(project.Configs, services.SelectMany(service => service.Configs).Select(config => config.Source)),
            Models = Used(project.Models, services.SelectMany(service => service.Models.Keys)),
        };
    }

    private static SortedDictionary<string, ComposeService> Named(IEnumerable<ComposeService> services) =>
        MappingReader.Sorted(services.Select(service => KeyValuePair.Create(service.Name, service)));

    private static SortedDictionary<string, T> Used<T>(IReadOnlyDictionary<string, T> defined, IEnumerable<string?> keys)
    {
        var used = keys.ToHashSet(StringComparer.Ordinal);
        return MappingReader.Sorted(defined.Where(pair => used.Contains(pair.Key)));
    }
}
