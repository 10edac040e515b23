using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>What files may say, as long as no containers are made of it.</summary>
internal static class ContainerRules
{
    /// <exception cref="ComposeException">A service that is to have containers breaks one.</exception>
    public static void Check(ComposeProject project)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in project.Services.Values)
        {
            if (service.ContainerName is { } name && !names.TryAdd(name, service.Name))
            {
                throw new ComposeException($"services.{service.Name}.container_name: container name \"{name}\" is already in use by service {names[name]}");
            }

            if (service.HealthCheck is { StartInterval: not null, StartPeriod: null })
            {
                throw new ComposeException($"services.{service.Name}: healthcheck.start_interval requires healthcheck.start_period to be set");
            }
        }
    }
}
