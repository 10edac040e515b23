using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Disk;

/// <summary><c>--storage-opt size=</c> and sizes of volumes, on xfs and ext4 with project quotas, which not every kernel has. It is also gantryd on Linux 6.1.</summary>
public sealed class QuotaTests
{
    [Fact]
    public async Task Containers_and_volumes_hold_what_they_may()
    {
        var sqlite = Path.Combine(Path.GetDirectoryName(Programs.Gantryd)!, "libe_sqlite3.so");
        var verdicts = await VirtualMachine.RunAsync("Disk/Quota", 1800, Programs.Gantry, Programs.Gantryd, Programs.Runtime, sqlite, "mkfs.xfs", "mkfs.ext4", "xfs_quota");
        Assert.Equal(50, verdicts.Length);
    }
}
