using System.Runtime.InteropServices;

namespace Gantry.Linux.Processes;

/// <summary>struct sched_attr (sched_setattr(2)); Size is its size in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct SchedulingAttributes
{
    public uint Size { get; set; }

    public uint Policy { get; set; }

    public ulong Flags { get; set; }

    public int Nice { get; set; }

    public uint Priority { get; set; }

    public ulong Runtime { get; set; }

    public ulong Deadline { get; set; }

    public ulong Period { get; set; }
}
