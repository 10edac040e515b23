using System.Runtime.InteropServices;
using Gantry.Linux.Processes;

namespace Gantry.Linux.Plans;

public sealed unsafe partial class Plan
{
    public Plan KeepCapabilities() => Add(StepKind.KeepCapabilities);

    public Plan DropBoundingCapabilities(CapabilitySet stay) => Add(StepKind.DropBoundingCapabilities, null, unchecked((nint)stay.Bits));

    public Plan SetGroups(IReadOnlyList<uint> groups)
    {
        var memory = (uint*)arena.Allocate(Math.Max(1, groups.Count) * sizeof(uint));
        for (var i = 0; i < groups.Count; i++)
        {
            memory[i] = groups[i];
        }

        return Add(StepKind.SetGroups, string.Join(',', groups), (nint)memory, groups.Count);
    }

    public Plan SetGid(uint gid) => Add(StepKind.SetGid, $"{gid}", (nint)gid);

    public Plan SetUid(uint uid) => Add(StepKind.SetUid, $"{uid}", (nint)uid);

    public Plan SetCapabilities(CapabilitySet effective, CapabilitySet permitted, CapabilitySet inheritable) => Add(
        StepKind.SetCapabilities, permitted, unchecked((nint)effective.Bits), unchecked((nint)permitted.Bits), unchecked((nint)inheritable.Bits));

    public Plan SetAmbientCapabilities(CapabilitySet set) => Add(StepKind.SetAmbientCapabilities, set, unchecked((nint)set.Bits));

    public Plan ForbidNewPrivileges() => Add(StepKind.ForbidNewPrivileges);

    /// <param name="program">Struct sock_filter instructions, eight bytes each.</param>
    /// <param name="flags">SECCOMP_FILTER_FLAG_*.</param>
    public Plan LoadSeccomp(ReadOnlySpan<byte> program, uint flags) =>
        Add(StepKind.LoadSeccomp, null, (nint)arena.Bytes(program), program.Length / 8, (nint)flags);

    public Plan SetScheduling(SchedulingAttributes? scheduling, int? ioPriority)
    {
        nint memory = 0;
        if (scheduling is { } attributes)
        {
            memory = (nint)arena.Allocate(Marshal.SizeOf<SchedulingAttributes>());
            *(SchedulingAttributes*)memory = attributes;
        }

        return Add(StepKind.SetScheduling, null, memory, ioPriority ?? -1);
    }
}
