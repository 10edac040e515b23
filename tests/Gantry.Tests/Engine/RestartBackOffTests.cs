using Gantry.Engine.Restart;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class RestartBackOffTests
{
    private static readonly RestartPolicy Always = new() { Name = "always" };

    [Fact]
    public void Doubles_from_100_ms_to_a_minute()
    {
        var backOff = new RestartBackOff();
        var waits = Enumerable.Range(0, 12).Select(_ => backOff.Next(Always, 1, TimeSpan.FromSeconds(1))!.Value.TotalMilliseconds);
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000], waits);
    }

    [Fact]
    public void A_run_of_ten_seconds_begins_anew()
    {
        var backOff = new RestartBackOff();
        backOff.Next(Always, 1, TimeSpan.Zero);
        backOff.Next(Always, 1, TimeSpan.Zero);
        Assert.Equal(100, backOff.Next(Always, 1, TimeSpan.FromSeconds(10))!.Value.TotalMilliseconds);
    }

    [Fact]
    public void On_failure_counts_its_retries()
    {
        var backOff = new RestartBackOff();
        var policy = new RestartPolicy { Name = "on-failure", MaximumRetryCount = 2 };
        Assert.NotNull(backOff.Next(policy, 1, TimeSpan.Zero));
        Assert.NotNull(backOff.Next(policy, 1, TimeSpan.Zero));
        Assert.Null(backOff.Next(policy, 1, TimeSpan.Zero));
        backOff.Reset();
        Assert.Null(backOff.Next(policy, 0, TimeSpan.Zero));
        Assert.NotNull(backOff.Next(policy, 137, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("no", true, false, 1, false)]
    [InlineData("always", false, true, 0, true)]
    [InlineData("unless-stopped", true, false, 0, true)]
    [InlineData("unless-stopped", true, true, 0, false)]
    [InlineData("on-failure", true, false, 1, true)]
    [InlineData("on-failure", true, false, 0, false)]
    [InlineData("on-failure", false, false, 1, false)]
    public void At_daemon_start(string policy, bool wasRunning, bool manuallyStopped, int exitCode, bool starts) =>
        Assert.Equal(starts, RestartBackOff.AppliesAtDaemonStart(new() { Name = policy }, wasRunning, manuallyStopped, exitCode));
}
