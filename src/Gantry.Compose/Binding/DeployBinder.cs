using Gantry.Compose.Model;

namespace Gantry.Compose.Binding;

internal static class DeployBinder
{
    public static DeploySettings Bind(MappingReader deploy) => new()
    {
        Mode = deploy.Text("mode"),
        Replicas = deploy.Int("replicas"),
        Labels = deploy.Map("labels"),
        UpdateConfig = deploy.Mapping("update_config") is { } update ? Update(update) : null,
        RollbackConfig = deploy.Mapping("rollback_config") is { } rollback ? Update(rollback) : null,
        Resources = deploy.Mapping("resources") is { } resources ? Resources(resources) : new(),
        RestartPolicy = deploy.Mapping("restart_policy") is { } restart ? Restart(restart) : null,
        Placement = deploy.Mapping("placement") is { } placement ? Placement(placement) : new(),
        EndpointMode = deploy.Text("endpoint_mode"),
        Extensions = deploy.Extensions(),
    };

    public static DeviceRequest Device(MappingReader device) => new()
    {
        Capabilities = device.Texts("capabilities"),
        Driver = device.Text("driver"),
        Count = "all".Equals(device.Text("count"), StringComparison.OrdinalIgnoreCase) ? -1 : device.Long("count") ?? 0,
        DeviceIds = device.Texts("device_ids"),
        Options = device.Map("options"),
    };

    private static UpdateSettings Update(MappingReader update) => new()
    {
        Parallelism = update.Count("parallelism"),
        Delay = update.Duration("delay") ?? default,
        FailureAction = update.Text("failure_action"),
        Monitor = update.Duration("monitor") ?? default,
        MaxFailureRatio = update.Float("max_failure_ratio"),
        Order = update.Text("order"),
        Extensions = update.Extensions(),
    };

    private static ResourceSettings Resources(MappingReader resources) => new()
    {
        Limits = resources.Mapping("limits") is { } limits ? Amounts(limits) : null,
        Reservations = resources.Mapping("reservations") is { } reservations ? Amounts(reservations) : null,
        Extensions = resources.Extensions(),
    };

    private static ResourceAmounts Amounts(MappingReader amounts) => new()
    {
        Cpus = amounts.Float("cpus"),
        Memory = amounts.Bytes("memory"),
        Pids = amounts.Long("pids") ?? 0,
        Devices = amounts.Each("devices", Device),
        GenericResources = amounts.Each("generic_resources", resource => resource.Mapping("discrete_resource_spec") is { } discrete
            ? new GenericResource(discrete.Text("kind") ?? "", discrete.Long("value") ?? 0)
            : throw resource.Failed("the key discrete_resource_spec is missing")),
        Extensions = amounts.Extensions(),
    };

    private static RestartPolicy Restart(MappingReader restart) => new()
    {
        Condition = restart.Text("condition"),
        Delay = restart.Duration("delay"),
        MaxAttempts = restart.Count("max_attempts"),
        Window = restart.Duration("window"),
        Extensions = restart.Extensions(),
    };

    private static PlacementSettings Placement(MappingReader placement) => new()
    {
        Constraints = placement.Texts("constraints"),
        Preferences = placement.Each("preferences", preference => preference.Text("spread") ?? ""),
        MaxReplicasPerNode = placement.Count("max_replicas_per_node") ?? 0,
        Extensions = placement.Extensions(),
    };
}
