using Gantry.Engine.Disk;
using Gantry.Spec;

namespace Gantry.Tests.Engine;

public sealed class DiskBudgetTests
{
    private const long Disk = 200_000_000_000;

    [Theory]
    [InlineData("20GB", 20_000_000_000)]
    [InlineData("20g", 20_000_000_000)]
    [InlineData("1.5 GiB", 1_610_612_736)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("4096", 4096)]
    [InlineData("4096b", 4096)]
    [InlineData("80%", 160_000_000_000)]
    [InlineData("0.5%", 1_000_000_000)]
    [InlineData("100%", Disk)]
    public void A_budget_is_a_size_or_a_share(string text, long bytes) => Assert.Equal(bytes, DiskBudget.Parse(text).BytesOf(Disk));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("-1GB")]
    [InlineData("20XB")]
    [InlineData("much")]
    [InlineData("GB")]
    [InlineData("9999999999TB")]
    public void Another_is_refused_with_what_is_needed(string text) => Assert.Equal(
        $"invalid disk-budget \"{text}\": a size such as 20GB or 20GiB is needed, or a share of the disk such as 80%",
        Assert.Throws<InvalidArgumentException>(() => DiskBudget.Parse(text)).Message);
}
