using Gantry.Spec;

namespace Gantry.Tests.Bake;

public sealed class BakeCaseTests
{
    public static TheoryData<string> Good => [.. BakeCase.Names("expected")];

    public static TheoryData<string> Bad => [.. BakeCase.Names("expected.error")];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_is_printed_is_what_buildx_prints(string name) => Assert.Equal(new BakeCase(name).Expected("expected"), new BakeCase(name).Print());

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_wrong_is_told_with_its_place(string name) =>
        Assert.Equal(new BakeCase(name).Expected("expected.error"), Assert.ThrowsAny<GantryException>(() => new BakeCase(name).Print()).Message + "\n");

    [Theory]
    [MemberData(nameof(Good))]
    public void What_is_printed_reads_as_the_same_again(string name)
    {
        var printed = new BakeCase(name).Print();
        if (printed.StartsWith("{\n  \"group\"", StringComparison.Ordinal)) Assert.Equal(printed, BakeCase.PrintAgain(printed));
    }
}
