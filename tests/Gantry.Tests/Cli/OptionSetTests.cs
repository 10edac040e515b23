using Gantry.Cli.CommandLine;

namespace Gantry.Tests.Cli;

public sealed class OptionSetTests
{
    [Theory]
    [InlineData("-it", "interactive=true tty=true")]
    [InlineData("-itp8080:80", "interactive=true tty=true publish=8080:80")]
    [InlineData("-p=8080:80", "publish=8080:80")]
    [InlineData("-p 8080:80 -p 1:1", "publish=8080:80 publish=1:1")]
    [InlineData("--tty=false", "tty=false")]
    [InlineData("--name a --name=b", "name=b")]
    [InlineData("--net none", "network=none")]
    public void Options_are_read_as_Docker_reads_them(string arguments, string expected)
    {
        var options = Create();
        Assert.Equal(["image"], options.Parse([.. arguments.Split(' '), "image"], stopAtFirst: true));
        Assert.Equal(expected, string.Join(' ', options.All.SelectMany(o => o.Values.Select(v => $"{o.Name}={v}"))));
    }

    [Fact]
    public void Options_behind_the_first_argument_are_the_containers()
    {
        var options = Create();
        Assert.Equal(["busybox", "ls", "-it"], options.Parse(["--name", "a", "busybox", "ls", "-it"], stopAtFirst: true));
        Assert.False(options["tty"].IsGiven);
    }

    [Fact]
    public void Options_may_follow_arguments_of_other_commands()
    {
        var options = Create();
        Assert.Equal(["a", "b", "-t"], options.Parse(["a", "-i", "b", "--", "-t"], stopAtFirst: false));
        Assert.True(options["interactive"].AsBoolean());
    }

    [Theory]
    [InlineData("--nosuch", "unknown flag: --nosuch")]
    [InlineData("-itx", "unknown shorthand flag: 'x' in -x")]
    [InlineData("--name", "flag needs an argument: --name")]
    [InlineData("-ip", "flag needs an argument: 'p' in -p")]
    [InlineData("--memory x", "invalid argument \"x\" for \"-m, --memory\" flag: invalid size: 'x'")]
    [InlineData("--tty=x", "invalid argument \"x\" for \"-t, --tty\" flag: strconv.ParseBool: parsing \"x\": invalid syntax")]
    [InlineData("--count x", "invalid argument \"x\" for \"--count\" flag: strconv.ParseInt: parsing \"x\": invalid syntax")]
    public void A_wrong_option_is_named(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Create().Parse(arguments.Split(' '), stopAtFirst: true)).Message);

    private static OptionSet Create()
    {
        var options = new OptionSet();
        options.Add("interactive", 'i', "bool", "");
        options.Add("tty", 't', "bool", "");
        options.Add("name", null, "string", "");
        options.Add("publish", 'p', "list", "");
        options.Add("memory", 'm', "bytes", "");
        options.Add("count", null, "int", "");
        options.Add("network", null, "network", "");
        return options;
    }
}
