using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>Keys that are read and printed, and that nothing is done for: who uses one is told, rather than left to find out.</summary>
internal static class UnsupportedKeys
{
    /// <exception cref="ComposeException">A service uses one.</exception>
    public static void Refuse(ComposeProject project)
    {
        foreach (var service in project.Services.Values)
        {
            if (KeyOf(service) is { } key)
            {
                throw new ComposeException($"service {service.Name}: {key} is not supported");
            }
        }
    }

    private static string? KeyOf(ComposeService service) => service switch
    {
        { PreStart.Count: > 0 } => "pre_start",
        { Models.Count: > 0 } => "models",
        { UseApiSocket: true } => "use_api_socket",
        { CredentialSpec: not null } => "credential_spec",
        { PullPolicy: not (null or "" or "always" or "never" or "missing" or "if_not_present" or "build") } when PullInterval.Of(service.PullPolicy) is null => $"pull_policy {service.PullPolicy}",
        { Build.Privileged: true } => "build.privileged",
        _ => null,
    };
}
