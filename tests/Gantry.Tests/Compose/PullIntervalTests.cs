using Gantry.Compose.Running;

namespace Gantry.Tests.Compose;

public sealed class PullIntervalTests
{
    [Theory]
    [InlineData("daily", 86_400)]
    [InlineData("weekly", 604_800)]
    [InlineData("every_12h", 43_200)]
    [InlineData("every_1w2d3h4m5s", 788_645)]
    public void A_policy_that_asks_again_after_some_time(string policy, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), PullInterval.Of(policy));

    [Theory]
    [InlineData(null)]
    [InlineData("always")]
    [InlineData("every_")]
    [InlineData("every_12")]
    [InlineData("every_12h ")]
    public void Any_other(string? policy) => Assert.Null(PullInterval.Of(policy));
}
