using Gantry.Spec.Engine;

namespace Gantry.Engine.Bundles;

internal sealed partial class ConfigWriter
{
    private void WriteResources(IReadOnlyList<HostDevice> devices)
    {
        json.WriteStartObject("resources");
        WriteDeviceRules(devices);
        WriteMemory();
        WriteProcessor();
        if (Host.PidsLimit is { } pids and not 0)
        {
            json.WriteStartObject("pids");
            json.WriteNumber("limit", pids < 0 ? -1 : pids);
            json.WriteEndObject();
        }

        WriteBlockDevices();
        json.WriteEndObject();
    }

    private void WriteDeviceRules(IReadOnlyList<HostDevice> devices)
    {
        json.WriteStartArray("devices");
        if (Host.Privileged)
        {
            json.WriteStartObject();
            json.WriteBoolean("allow", true);
            json.WriteString("access", "rwm");
            json.WriteEndObject();
            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        json.WriteBoolean("allow", false);
        json.WriteString("access", "rwm");
        json.WriteEndObject();
        foreach (var rule in DeviceRule.Defaults
            .Concat(devices.Where(device => device.Access != NoAccess).Select(device => new DeviceRule(
                device.TypeName[0], device.Status.RawDevice.Major, device.Status.RawDevice.Minor, device.Access)))
            .Concat((Host.DeviceCgroupRules ?? []).Select(DeviceRule.Parse)))
        {
            json.WriteStartObject();
            json.WriteBoolean("allow", true);
            json.WriteString("type", rule.Type.ToString());
            // The specification's way to say "any" is to leave it out.
            if (rule.Major >= 0)
            {
                json.WriteNumber("major", rule.Major);
            }

            if (rule.Minor >= 0)
            {
                json.WriteNumber("minor", rule.Minor);
            }

            json.WriteString("access", rule.Access);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMemory()
    {
        var swappiness = Host.MemorySwappiness is { } value and not -1 ? value : (long?)null;
        if (Host.Memory == 0 && Host.MemoryReservation == 0 && Host.MemorySwap == 0 && swappiness is null && Host.OomKillDisable is null)
        {
            return;
        }

        json.WriteStartObject("memory");
        WritePositive("limit", Host.Memory);
        WritePositive("reservation", Host.MemoryReservation);
        // Docker's default: as much swap as memory again.
        var swap = Host.MemorySwap != 0 ? Host.MemorySwap : Host.Memory * 2;
        if (swap != 0 && (swap == -1 || Host.Memory > 0))
        {
            json.WriteNumber("swap", swap);
        }

        if (swappiness is { } tendency)
        {
            json.WriteNumber("swappiness", tendency);
        }

        if (Host.OomKillDisable is { } disable)
        {
            json.WriteBoolean("disableOOMKiller", disable);
        }

        json.WriteEndObject();
    }

    private void WriteProcessor()
    {
        var (period, quota) = Host.NanoCpus > 0 ? (100_000, Host.NanoCpus / 10_000) : (Host.CpuPeriod, Host.CpuQuota);
        if (Host.CpuShares == 0 && period == 0 && quota == 0 && Host.CpuRealtimePeriod == 0 && Host.CpuRealtimeRuntime == 0
            && Host.CpusetCpus.Length == 0 && Host.CpusetMems.Length == 0)
        {
            return;
        }

        json.WriteStartObject("cpu");
        WritePositive("shares", Host.CpuShares);
        WritePositive("period", period);
        if (quota != 0)
        {
            json.WriteNumber("quota", quota);
        }

        WritePositive("realtimePeriod", Host.CpuRealtimePeriod);
        WritePositive("realtimeRuntime", Host.CpuRealtimeRuntime);
        if (Host.CpusetCpus.Length > 0)
        {
            json.WriteString("cpus", Host.CpusetCpus);
        }

        if (Host.CpusetMems.Length > 0)
        {
            json.WriteString("mems", Host.CpusetMems);
        }

        json.WriteEndObject();
    }

    private void WriteBlockDevices()
    {
        if (Host.BlkioWeight == 0 && Host.BlkioWeightDevice is not { Length: > 0 } && Host.BlkioDeviceReadBps is not { Length: > 0 }
            && Host.BlkioDeviceWriteBps is not { Length: > 0 } && Host.BlkioDeviceReadIOps is not { Length: > 0 }
            && Host.BlkioDeviceWriteIOps is not { Length: > 0 })
        {
            return;
        }

        json.WriteStartObject("blockIO");
        WritePositive("weight", Host.BlkioWeight);
        WriteRates("weightDevice", "weight", (Host.BlkioWeightDevice ?? []).Select(device => (device.Path, (long)device.Weight)));
        WriteRates("throttleReadBpsDevice", "rate", Rates(Host.BlkioDeviceReadBps));
        WriteRates("throttleWriteBpsDevice", "rate", Rates(Host.BlkioDeviceWriteBps));
        WriteRates("throttleReadIOPSDevice", "rate", Rates(Host.BlkioDeviceReadIOps));
        WriteRates("throttleWriteIOPSDevice", "rate", Rates(Host.BlkioDeviceWriteIOps));
        json.WriteEndObject();
    }

    private static IEnumerable<(string Path, long Rate)> Rates(ThrottleDevice[]? devices) =>
        (devices ?? []).Select(device => (device.Path, device.Rate));

    private void WriteRates(string name, string member, IEnumerable<(string Path, long Value)> rates)
    {
        json.WriteStartArray(name);
        foreach (var (path, value) in rates)
        {
            var number = HostDevices.Number(path);
            json.WriteStartObject();
            json.WriteNumber("major", number.Major);
            json.WriteNumber("minor", number.Minor);
            json.WriteNumber(member, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePositive(string name, long value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
