using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>
/// A health check as probes. That a container is healthy means that others may come to it, which is Kubernetes' "ready"; an
/// unhealthy one goes on running, so that there is no liveness probe unless it is asked for.
/// </summary>
internal static class Probes
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    public static MappingNode? Readiness(ComposeService service) => Probe(service, Retries(service));

    public static MappingNode? Liveness(ComposeService service) => Probe(service, Retries(service));

    /// <summary>While it starts it may fail longer.</summary>
    public static MappingNode? Startup(ComposeService service) => service.HealthCheck?.StartPeriod is { } start && start > TimeSpan.Zero
        ? Probe(service, Retries(service) + (int)Math.Ceiling(start / (service.HealthCheck.Interval ?? Default)))
        : null;

    private static MappingNode? Probe(ComposeService service, int failures)
    {
        var check = service.HealthCheck;
        string[]? command = check is null or { Disable: true } or { Test.Count: 0 } ? null : check.Test[0] switch
        {
            "CMD" => [.. check.Test.Skip(1)],
            "CMD-SHELL" => ["/bin/sh", "-c", .. check.Test.Skip(1)],
            _ => null,
        };
        return command is null ? null : new OutputMap(OutputFormat.Yaml)
            .Set("exec", new OutputMap(OutputFormat.Yaml).Add("command", command).Node)
            .Add("periodSeconds", Quantities.Seconds(check!.Interval ?? Default))
            .Add("timeoutSeconds", Quantities.Seconds(check.Timeout ?? Default))
            .Add("failureThreshold", failures).Node;
    }

    private static int Retries(ComposeService service) => (int)Math.Max(1, service.HealthCheck?.Retries ?? 3);
}
