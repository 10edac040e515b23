using System.Text.Json;
using Gantry.Cli;
using Gantry.Cli.Lists;
using Gantry.Cli.Run;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Cli;

public sealed class ListTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1982000, "1.98MB")]
    [InlineData(123456789, "123MB")]
    [InlineData(1500000000, "1.5GB")]
    public void Sizes_have_three_digits(long bytes, string expected) => Assert.Equal(expected, Units.Size(bytes));

    [Theory]
    [InlineData(0, "Less than a second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(3600, "About an hour")]
    [InlineData(2 * 86400, "2 days")]
    [InlineData(21 * 86400, "3 weeks")]
    [InlineData(90 * 86400, "3 months")]
    [InlineData(800 * 86400, "2 years")]
    public void Ages_are_rounded_as_Docker_rounds_them(int seconds, string expected) => Assert.Equal(expected, Units.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("""[{"PrivatePort":80,"Type":"tcp"}]""", "80/tcp")]
    [InlineData("""[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]""", "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp")]
    [InlineData("""[{"PrivatePort":81,"Type":"tcp"},{"PrivatePort":80,"Type":"tcp"},{"PrivatePort":83,"Type":"tcp"}]""", "80-81/tcp, 83/tcp")]
    [InlineData("""[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":80,"Type":"tcp"},{"IP":"0.0.0.0","PrivatePort":81,"PublicPort":81,"Type":"tcp"}]""", "0.0.0.0:80-81->80-81/tcp")]
    public void Ports_are_joined_to_ranges(string ports, string expected) => Assert.Equal(expected, Ports.Display(JsonDocument.Parse(ports).RootElement));

    [Fact]
    public void Columns_are_at_least_ten_wide_and_three_apart() =>
        Assert.Equal("A         LONG HEADING   C\nlonger    x              \n", TabWriter.Align(["A\tLONG HEADING\tC", "longer\tx\t"]));

    [Theory]
    [InlineData("type=bind,src=/a,dst=/b,ro", """{"ReadOnly":true,"Type":"bind","Source":"/a","Target":"/b"}""")]
    [InlineData("type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1770", """{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1048576,"Mode":1016}}""")]
    [InlineData("src=v,target=/d,\"volume-opt=o=a,b\"", """{"Type":"volume","Source":"v","Target":"/d","VolumeOptions":{"DriverConfig":{"Options":{"o":"a,b"}}}}""")]
    public void Mounts_become_the_APIs_form(string text, string expected) => Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(MountOption.Read(text).ToUtf8().Span));

    [Theory]
    [InlineData("rnu", "run", 1)]
    [InlineData("imagse", "images", 1)]
    [InlineData("ps", "stop", 4)]
    public void A_swap_of_neighbours_is_one_mistake(string a, string b, int distance) => Assert.Equal(distance, RootHelp.Distance(a, b));

    [Fact]
    public void Keys_that_may_begin_the_detach_sequence_are_kept_back()
    {
        var keys = DetachKeys.Parse(null);
        var passed = new List<byte>();
        Assert.False(keys.Filter([1, 16], passed));
        Assert.Equal([1], passed);
        Assert.False(keys.Filter([2], passed));
        Assert.Equal([1, 16, 2], passed);
        Assert.True(keys.Filter([16, 17], passed));
        Assert.Equal([1, 16, 2], passed);
    }
}
