using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Output;

internal static class DeployTree
{
    public static MappingNode Of(DeploySettings deploy, OutputFormat format)
    {
        var map = new OutputMap(format)
            .Add("mode", deploy.Mode)
            .AddInt("replicas", deploy.Replicas)
            .Add("labels", deploy.Labels)
            .Add("update_config", deploy.UpdateConfig is { } update ? Update(update, format) : null)
            .Add("rollback_config", deploy.RollbackConfig is { } rollback ? Update(rollback, format) : null);
        AddFilled(map, "resources", Resources(deploy.Resources, format));
        map.Add("restart_policy", deploy.RestartPolicy is { } restart ? Restart(restart, format) : null);
        AddFilled(map, "placement", Placement(deploy.Placement, format));
        return map.Add("endpoint_mode", deploy.EndpointMode).AddExtensions(deploy.Extensions).Node;
    }

    public static MappingNode Device(DeviceRequest device, OutputFormat format) => new OutputMap(format)
        .Add("capabilities", device.Capabilities)
        .Add("driver", device.Driver)
        .Add("count", device.Count)
        .Add("device_ids", device.DeviceIds)
        .Add("options", device.Options).Node;

    /// <summary>In JSON it is there even when it is empty.</summary>
    internal static void AddFilled(OutputMap map, string key, MappingNode node)
    {
        if (map.IsJson || node.Count > 0)
        {
            map.Set(key, node);
        }
    }

    private static MappingNode Update(UpdateSettings update, OutputFormat format) => new OutputMap(format)
        .Add("parallelism", update.Parallelism)
        .Add("delay", NotZero(update.Delay))
        .Add("failure_action", update.FailureAction)
        .Add("monitor", NotZero(update.Monitor))
        .Add("max_failure_ratio", update.MaxFailureRatio)
        .Add("order", update.Order)
        .AddExtensions(update.Extensions).Node;

    private static MappingNode Resources(ResourceSettings resources, OutputFormat format) => new OutputMap(format)
        .Add("limits", resources.Limits is { } limits ? Amounts(limits, format) : null)
        .Add("reservations", resources.Reservations is { } reservations ? Amounts(reservations, format) : null)
        .AddExtensions(resources.Extensions).Node;

    private static MappingNode Amounts(ResourceAmounts amounts, OutputFormat format) => new OutputMap(format)
        .Add("cpus", amounts.Cpus)
        .AddBytes("memory", amounts.Memory)
        .Add("pids", amounts.Pids)
        .Add("devices", amounts.Devices, device => Device(device, format))
        .Add("generic_resources", amounts.GenericResources, resource => new OutputMap(format)
            .Set("discrete_resource_spec", new OutputMap(format).Always("kind", resource.Kind).Always("value", resource.Value).Node).Node)
        .AddExtensions(amounts.Extensions).Node;

    private static MappingNode Restart(RestartPolicy restart, OutputFormat format) => new OutputMap(format)
        .Add("condition", restart.Condition)
        .Add("delay", restart.Delay)
        .Add("max_attempts", restart.MaxAttempts)
        .Add("window", restart.Window)
        .AddExtensions(restart.Extensions).Node;

    private static MappingNode Placement(PlacementSettings placement, OutputFormat format) => new OutputMap(format)
        .Add("constraints", placement.Constraints)
        .Add("preferences", placement.Preferences, spread => new OutputMap(format).Add("spread", spread).Node)
        .Add("max_replicas_per_node", placement.MaxReplicasPerNode == 0 ? (ulong?)null : placement.MaxReplicasPerNode)
        .AddExtensions(placement.Extensions).Node;

    private static TimeSpan? NotZero(TimeSpan value) => value == TimeSpan.Zero ? null : value;
}
