using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>The limits that run, create and update have in common, as members of the Engine API's Resources.</summary>
internal static class Limits
{
    public static void AddTo(JsonBody body, Invocation call)
    {
        foreach (var (option, member) in new[]
        {
            ("cpu-period", "CpuPeriod"), ("cpu-quota", "CpuQuota"), ("cpu-rt-period", "CpuRealtimePeriod"), ("cpu-rt-runtime", "CpuRealtimeRuntime"),
            ("cpu-shares", "CpuShares"), ("blkio-weight", "BlkioWeight"),
        })
        {
            body.SetIfGiven(member, call.Number(option));
        }

        foreach (var (option, member) in new[] { ("memory", "Memory"), ("memory-reservation", "MemoryReservation"), ("memory-swap", "MemorySwap") }) AddSize(body, call, option, member);
        foreach (var (option, member) in new[] { ("cpuset-cpus", "CpusetCpus"), ("cpuset-mems", "CpusetMems") }) body.SetIfGiven(member, call.Text(option));
        if (call.Has("pids-limit")) body["PidsLimit"] = call.Number("pids-limit");
        if (call.Has("cpus") && OptionValues.TryNanoCpus(call.Text("cpus"), out var nanoCpus)) body.SetIfGiven("NanoCpus", nanoCpus);
    }

    public static void AddSize(JsonBody body, Invocation call, string option, string member)
    {
        if (!call.Has(option)) return;
        body.SetIfGiven(member, call.Text(option) == "-1" ? -1L : OptionValues.TrySize(call.Text(option), out var bytes) ? bytes : 0);
    }
}
