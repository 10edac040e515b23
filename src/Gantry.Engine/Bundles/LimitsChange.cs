using Gantry.Spec;
using Gantry.Spec.Engine;
using Gantry.Spec.Runtime;

namespace Gantry.Engine.Bundles;

/// <summary>New limits for a container that exists. What is zero or empty in <paramref name="asked"/> stays as it is.</summary>
internal sealed class LimitsChange(HostConfig asked)
{
    private const int PeriodOfNanoCpus = 100_000;
    private const int NanoCpusOfMicrosecond = 10_000;

    /// <exception cref="ConflictException">The two do not go together.</exception>
    public HostConfig ApplyTo(HostConfig host)
    {
        if (asked.NanoCpus > 0 && (host.CpuPeriod > 0 || host.CpuQuota > 0)) throw new ConflictException("Conflicting options: Nano CPUs cannot be updated as CPU Period or CPU Quota has already been set");
        if (host.NanoCpus > 0 && (asked.CpuPeriod > 0 || asked.CpuQuota > 0)) throw new ConflictException("Conflicting options: CPU Period and CPU Quota cannot be updated as NanoCPUs has already been set");
        if (asked.Memory > 0 && asked.MemorySwap == 0 && host.MemorySwap > 0 && asked.Memory > host.MemorySwap)
        {
            throw new ConflictException("Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        }

        var policy = asked.RestartPolicy;
        if (host.AutoRemove && policy.Name is not ("" or "no")) throw new ConflictException("Restart policy cannot be updated because AutoRemove is enabled for the container");
        return host with
        {
            BlkioWeight = Or(asked.BlkioWeight, host.BlkioWeight),
            CpuPeriod = Or(asked.CpuPeriod, host.CpuPeriod),
            CpuQuota = Or(asked.CpuQuota, host.CpuQuota),
            CpuRealtimePeriod = Or(asked.CpuRealtimePeriod, host.CpuRealtimePeriod),
            CpuRealtimeRuntime = Or(asked.CpuRealtimeRuntime, host.CpuRealtimeRuntime),
            CpuShares = Or(asked.CpuShares, host.CpuShares),
            CpusetCpus = asked.CpusetCpus.Length > 0 ? asked.CpusetCpus : host.CpusetCpus,
            CpusetMems = asked.CpusetMems.Length > 0 ? asked.CpusetMems : host.CpusetMems,
            Memory = Or(asked.Memory, host.Memory),
            MemoryReservation = Or(asked.MemoryReservation, host.MemoryReservation),
            MemorySwap = Or(asked.MemorySwap, host.MemorySwap),
            NanoCpus = Or(asked.NanoCpus, host.NanoCpus),
            PidsLimit = asked.PidsLimit is { } pids ? Math.Max(pids, 0) : host.PidsLimit,
            RestartPolicy = policy.Name.Length > 0 ? policy : host.RestartPolicy,
        };
    }

    /// <summary>What the cgroup of a container that runs is told; null for nothing.</summary>
    /// <param name="host">With the change.</param>
    public ResourcesSpec? ResourcesOf(HostConfig host)
    {
        var resources = new ResourcesSpec
        {
            Memory = asked is { Memory: 0, MemoryReservation: 0, MemorySwap: 0 } ? null : new MemorySpec
            {
                Limit = Given(host.Memory),
                Swap = Given(host.MemorySwap),
                Reservation = Given(asked.MemoryReservation),
            },
            Cpu = asked is { CpuPeriod: 0, CpuQuota: 0, CpuRealtimePeriod: 0, CpuRealtimeRuntime: 0, CpuShares: 0, NanoCpus: 0, CpusetCpus: "", CpusetMems: "" } ? null : new CpuSpec
            {
                Shares = (ulong?)Given(asked.CpuShares),
                Period = (ulong?)Given(asked.NanoCpus > 0 ? PeriodOfNanoCpus : asked.CpuPeriod),
                Quota = Given(asked.NanoCpus > 0 ? asked.NanoCpus / NanoCpusOfMicrosecond : asked.CpuQuota),
                RealtimePeriod = (ulong?)Given(asked.CpuRealtimePeriod),
                RealtimeRuntime = Given(asked.CpuRealtimeRuntime),
                Cpus = asked.CpusetCpus.Length > 0 ? asked.CpusetCpus : null,
                Mems = asked.CpusetMems.Length > 0 ? asked.CpusetMems : null,
            },
            Pids = asked.PidsLimit is { } limit ? new PidsSpec { Limit = limit > 0 ? limit : -1 } : null,
            BlockIo = asked.BlkioWeight == 0 ? null : new BlockIoSpec { Weight = (ushort)asked.BlkioWeight },
        };
        return resources == new ResourcesSpec() ? null : resources;
    }

    private static long? Given(long value) => value == 0 ? null : value;

    private static long Or(long asked, long before) => asked != 0 ? asked : before;

    private static int Or(int asked, int before) => asked != 0 ? asked : before;
}
