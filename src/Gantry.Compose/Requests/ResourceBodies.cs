using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>What a container may use of the machine.</summary>
internal static class ResourceBodies
{
    private const long NanosPerCpu = 1_000_000_000;

    public static void AddTo(JsonBody body, ComposeService service)
    {
        var (limits, reservations) = (service.Deploy?.Resources.Limits, service.Deploy?.Resources.Reservations);
        body.SetIfGiven("Memory", limits is { Memory: > 0 } ? limits.Memory : service.MemLimit);
        body.SetIfGiven("MemoryReservation", reservations is { Memory: > 0 } ? reservations.Memory : service.MemReservation);
        body.SetIfGiven("MemorySwap", service.MemswapLimit);
        if (service.MemSwappiness != 0) body["MemorySwappiness"] = service.MemSwappiness;
        body["OomKillDisable"] = service.OomKillDisable;
        body.SetIfGiven("NanoCpus", NanoCpus(limits is { Cpus: > 0 } ? limits.Cpus : service.Cpus));
        body.SetIfGiven("CpuCount", service.CpuCount);
        body.SetIfGiven("CpuPercent", (long)service.CpuPercent);
        body.SetIfGiven("CpuPeriod", service.CpuPeriod);
        body.SetIfGiven("CpuQuota", service.CpuQuota);
        body.SetIfGiven("CpuRealtimePeriod", service.CpuRtPeriod);
        body.SetIfGiven("CpuRealtimeRuntime", service.CpuRtRuntime);
        body.SetIfGiven("CpuShares", service.CpuShares);
        body.SetIfGiven("CpusetCpus", service.Cpuset);
        body.SetIfGiven("PidsLimit", limits is { Pids: > 0 } ? limits.Pids : service.PidsLimit);
        body.SetIfGiven("DeviceCgroupRules", service.DeviceCgroupRules.ToList());
        body.SetIfGiven("Devices", service.Devices.Select(Device).ToList());
        body.SetIfGiven("DeviceRequests", (reservations?.Devices ?? []).Concat(service.Gpus).Select(Request).ToList());
        body.SetIfGiven("Ulimits", service.Ulimits.Select(limit => new JsonBody { ["Name"] = limit.Key, ["Soft"] = limit.Value.Soft, ["Hard"] = limit.Value.Hard }).ToList());
        if (service.BlkioConfig is { } io) AddBlockIo(body, io);
    }

    private static void AddBlockIo(JsonBody body, BlockIoSettings io)
    {
        body.SetIfGiven("BlkioWeight", io.Weight);
        body.SetIfGiven("BlkioWeightDevice", io.WeightDevice.Select(device => new JsonBody { ["Path"] = device.Path, ["Weight"] = device.Weight }).ToList());
        body.SetIfGiven("BlkioDeviceReadBps", Rates(io.DeviceReadBps));
        body.SetIfGiven("BlkioDeviceReadIOps", Rates(io.DeviceReadIops));
        body.SetIfGiven("BlkioDeviceWriteBps", Rates(io.DeviceWriteBps));
        body.SetIfGiven("BlkioDeviceWriteIOps", Rates(io.DeviceWriteIops));
    }

    private static List<JsonBody> Rates(IReadOnlyList<DeviceRate> rates) => [.. rates.Select(rate => new JsonBody { ["Path"] = rate.Path, ["Rate"] = rate.Rate })];

    // In decimal, so that 0.1 is a tenth.
    private static long NanoCpus(float cpus) => (long)((decimal)cpus * NanosPerCpu);

    private static JsonBody Device(DeviceMapping device) => new()
    {
        ["PathOnHost"] = device.Source,
        ["PathInContainer"] = device.Target ?? device.Source,
        ["CgroupPermissions"] = device.Permissions ?? "rwm",
    };

    private static JsonBody Request(DeviceRequest device)
    {
        var body = new JsonBody();
        body.SetIfGiven("Driver", device.Driver);
        body.SetIfGiven("Count", device.Count);
        body.SetIfGiven("DeviceIDs", device.DeviceIds.ToList());
        body.SetIfGiven("Capabilities", device.Capabilities.Count > 0 ? new List<List<string>> { device.Capabilities.ToList() } : null);
        body.SetIfGiven("Options", JsonBody.Of(device.Options));
        return body;
    }
}
