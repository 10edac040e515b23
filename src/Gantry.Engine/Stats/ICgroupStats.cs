using Gantry.Spec.Engine;

namespace Gantry.Engine.Stats;

/// <summary>The counters of one control group. What the kernel does not count is 0 or null.</summary>
internal interface ICgroupStats
{
    CpuStats Cpu();

    MemoryStats Memory();

    ProcessStats Processes();

    BlockStats Block();
}
