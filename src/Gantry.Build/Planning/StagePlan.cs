using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>A stage while its instructions are gone through: the filesystem so far, and the configuration of an image of it.</summary>
internal sealed class StagePlan
{
    public required Stage Stage { get; init; }

    public required Platform Platform { get; init; }

    /// <summary>What stands before the number in the names of its steps.</summary>
    public string ShownName { get; init; } = "";

    public required Step Step { get; set; }

    public required ImageConfig Config { get; set; }

    public required ImageConfiguration Base { get; init; }

    /// <summary>The image it stands on; null for none.</summary>
    public Image? BaseImage { get; init; }

    public required List<HistoryEntry> History { get; init; }

    /// <summary>The stages that it stands on and copies from.</summary>
    public List<StagePlan> Needs { get; init; } = [];

    /// <summary>For each layer above <see cref="Base"/>'s its step.</summary>
    public required List<Step> LayerSteps { get; init; }

    public string? Author { get; set; }

    /// <summary>Arguments that were declared, in their order; null without a value.</summary>
    public List<KeyValuePair<string, string?>> Arguments { get; init; } = [];

    public int StepNumber { get; set; }

    public int StepCount { get; set; }

    public bool IgnoreCache { get; init; }

    /// <summary>A WORKDIR of this stage or of one beneath it was met.</summary>
    public bool HasOwnWorkdir { get; set; }

    /// <summary>A CMD of the base image goes with a new ENTRYPOINT, one of this stage stays.</summary>
    public bool HasOwnCommand { get; set; }

    public string Name(string source)
    {
        if (StepCount == 0)
        {
            return source;
        }

        var width = StepCount.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        StepNumber++;
        return $"[{(ShownName.Length > 0 ? ShownName + " " : "")}{StepNumber.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(width)}/{StepCount}] {source}";
    }

    /// <summary>A variable's value where the instruction stands: ENV before ARG.</summary>
    public string? Lookup(string name)
    {
        var prefix = name + "=";
        if ((Config.Env ?? []).FirstOrDefault(variable => variable.StartsWith(prefix, StringComparison.Ordinal)) is { } found)
        {
            return found[prefix.Length..];
        }

        return Arguments.LastOrDefault(argument => argument.Key == name).Value;
    }

    /// <summary>What commands in shell form are given to.</summary>
    public IReadOnlyList<string> Shell => Config.Shell is { Count: > 0 } own ? own : Platform.Os == "windows" ? ["cmd", "/S", "/C"] : ["/bin/sh", "-c"];

    /// <summary>Those that have a value.</summary>
    public IEnumerable<string> VariableNames =>
        [.. (Config.Env ?? []).Select(variable => variable.Split('=')[0]), .. Arguments.Where(argument => argument.Value is not null).Select(argument => argument.Key)];

    public void SetArgument(string name, string? value)
    {
        var at = Arguments.FindIndex(argument => argument.Key == name);
        if (at < 0)
        {
            Arguments.Add(new(name, value));
        }
        else
        {
            Arguments[at] = new(name, value);
        }
    }

    public void SetEnv(string name, string value)
    {
        var prefix = name + "=";
        var env = (Config.Env ?? []).ToList();
        var at = env.FindIndex(variable => variable.StartsWith(prefix, StringComparison.Ordinal));
        if (at < 0)
        {
            env.Add(prefix + value);
        }
        else
        {
            env[at] = prefix + value;
        }

        Config = Config with { Env = env };
    }
}
