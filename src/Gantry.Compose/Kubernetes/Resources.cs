using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>What a container may use, and what it is sure to have.</summary>
internal static class Resources
{
    public static MappingNode? Of(ManifestContext context, ComposeService service)
    {
        var given = service.Deploy?.Resources;
        var limits = Amounts(given?.Limits, service.Cpus, service.MemLimit);
        var requests = Amounts(given?.Reservations, 0, service.MemReservation);
        foreach (var device in service.Gpus.Concat(given?.Reservations?.Devices ?? []))
        {
            if (device.Driver is not (null or "" or "nvidia") || device.DeviceIds.Count > 0)
            {
                context.Warn(service, "deploy.resources", $"a device of the driver {device.Driver ?? "nvidia"}{(device.DeviceIds.Count > 0 ? " by its id" : "")} is left out: clusters name devices in ways of their own");
                continue;
            }

            if (device.Count < 0)
            {
                context.Warn(service, "deploy.resources", "Kubernetes gives no \"all\" of the GPUs of a node; one is asked for");
            }

            limits.Always("nvidia.com/gpu", Math.Max(1, device.Count));
        }

        if (given?.Limits is { Pids: not 0 } || service.PidsLimit != 0)
        {
            context.Warn(service, "pids_limit", "it is left out: the kubelet sets it for all pods of a node");
        }

        if (given?.Reservations is { GenericResources.Count: > 0 })
        {
            context.Warn(service, "deploy.resources.reservations.generic_resources", "it is left out: clusters name devices in ways of their own");
        }

        var map = new OutputMap(OutputFormat.Yaml)
            .Add("limits", limits.Node.Count > 0 ? limits.Node : null)
            .Add("requests", requests.Node.Count > 0 ? requests.Node : null).Node;
        return map.Count > 0 ? map : null;
    }

    private static OutputMap Amounts(ResourceAmounts? amounts, float cpus, long memory)
    {
        var (someCpus, someMemory) = (amounts is { Cpus: > 0 } ? amounts.Cpus : cpus, amounts is { Memory: > 0 } ? amounts.Memory : memory);
        return new OutputMap(OutputFormat.Yaml)
            .Add("cpu", someCpus > 0 ? Quantities.Cpus(someCpus) : null)
            .Add("memory", someMemory > 0 ? Quantities.Bytes(someMemory) : null);
    }
}
