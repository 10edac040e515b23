using Gantry.Engine.Containers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class ConfigMergeTests
{
    private static readonly ContainerConfig Image = new()
    {
        Entrypoint = ["/entry"],
        Cmd = ["image-arg"],
        Env = ["PATH=/bin", "A=image"],
        User = "app",
        WorkingDir = "/work",
        Labels = new() { ["from"] = "image", ["both"] = "image" },
        StopSignal = "SIGQUIT",
        Healthcheck = new() { Test = ["CMD", "ok"], Interval = 5, Retries = 7 },
    };

    [Fact]
    public void An_empty_request_takes_all_of_the_image()
    {
        var merged = ConfigMerge.Merge(new(), Image);
        Assert.Equal("/entry image-arg", CommandLine(merged));
        Assert.Equal("app", merged.User);
        Assert.Equal("/work", merged.WorkingDir);
        Assert.Equal("SIGQUIT", merged.StopSignal);
        Assert.Equal(Image.Env, merged.Env);
    }

    [Fact]
    public void A_command_keeps_the_entrypoint_and_an_entrypoint_drops_the_command()
    {
        Assert.Equal("/entry x", CommandLine(ConfigMerge.Merge(new() { Cmd = ["x"] }, Image)));
        Assert.Equal("/other", CommandLine(ConfigMerge.Merge(new() { Entrypoint = ["/other"] }, Image)));
        Assert.Equal("x", CommandLine(ConfigMerge.Merge(new() { Entrypoint = [""], Cmd = ["x"] }, Image)));
    }

    [Fact]
    public void No_command_at_all_is_an_error() =>
        Assert.Equal("no command specified", Assert.Throws<InvalidArgumentException>(() => ConfigMerge.CommandLine(new())).Message);

    [Fact]
    public void Variables_of_the_request_win_and_come_first()
    {
        var merged = ConfigMerge.Merge(new() { Env = ["A=mine", "B=1"] }, Image);
        Assert.Equal(["A=mine", "B=1", "PATH=/bin"], merged.Env!);
    }

    [Fact]
    public void Labels_and_health_are_merged_member_by_member()
    {
        var merged = ConfigMerge.Merge(new() { Labels = new() { ["both"] = "mine" }, Healthcheck = new() { Retries = 1 } }, Image);
        Assert.Equal("mine", merged.Labels!["both"]);
        Assert.Equal("image", merged.Labels["from"]);
        Assert.Equal(["CMD", "ok"], merged.Healthcheck!.Test!);
        Assert.Equal((5, 1), (merged.Healthcheck.Interval, merged.Healthcheck.Retries));
    }

    private static string CommandLine(ContainerConfig config)
    {
        var (path, arguments) = ConfigMerge.CommandLine(config);
        return string.Join(' ', [path, .. arguments]);
    }
}
