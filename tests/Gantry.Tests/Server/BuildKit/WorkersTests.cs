using System.Net;
using System.Text;
using Gantry.Server.BuildKit.Control;
using Gantry.Spec;

namespace Gantry.Tests.Server.BuildKit;

/// <summary>What clients of BuildKit find out of the one who builds.</summary>
public sealed class WorkersTests
{
    [Theory]
    [InlineData("172.17.0.1", true)]
    [InlineData(null, false)]
    public void It_says_where_containers_reach_the_host_and_what_it_can_keep(string? gateway, bool isSaid)
    {
        var record = Encoding.UTF8.GetString(Workers.Record(new([Platform.Parse("linux/amd64"), Platform.Parse("linux/s390x")], gateway is null ? [] : [IPAddress.Parse(gateway)])).Written.Span);
        Assert.Equal(isSaid, record.Contains("org.mobyproject.buildkit.worker.moby.host-gateway-ip", StringComparison.Ordinal));
        Assert.Equal(isSaid, record.Contains("172.17.0.1", StringComparison.Ordinal));
        Assert.Contains("org.mobyproject.buildkit.worker.snapshotter", record, StringComparison.Ordinal);
        Assert.Contains("s390x", record, StringComparison.Ordinal);
    }
}
