using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>Instructions that change only what an image says of itself.</summary>
internal static class ConfigInstructions
{
    private const string Comment = "buildkit.dockerfile.v0";

    public static void Apply(StagePlan plan, Instruction instruction, Func<string, string> expand, Func<string, IReadOnlyList<string>> expandWords)
    {
        (ImageConfig Config, string? Said) done = instruction switch
        {
            LabelInstruction label => Label(plan, label, expand),
            CmdInstruction cmd => Cmd(plan, cmd),
            EntrypointInstruction entrypoint => Entrypoint(plan, entrypoint),
            ShellInstruction shell => (plan.Config with { Shell = shell.Words }, $"SHELL [{string.Join(' ', shell.Words)}]"),
            ExposeInstruction expose => Expose(plan, expose, expandWords),
            VolumeInstruction volume => Volume(plan, volume, expandWords),
            UserInstruction user => User(plan, expand(user.User)),
            StopSignalInstruction signal => StopSignal(plan, expand(signal.Signal)),
            HealthcheckInstruction check => (plan.Config with { Healthcheck = Healthcheck(check) }, $"HEALTHCHECK &{{{Words(check.Test)} {Duration(check.Interval)} {Duration(check.Timeout)} {Duration(check.StartPeriod)} {Duration(check.StartInterval)} {Rune(check.Retries)}}}"),
            // Docker leaves triggers out of the history: what they do is in that of the images they make.
            OnBuildInstruction trigger => (plan.Config with { OnBuild = [.. plan.Config.OnBuild ?? [], trigger.Expression] }, null),
            MaintainerInstruction maintainer => Maintainer(plan, maintainer),
            _ => throw new InternalException($"instruction {instruction.Keyword} has no plan"),
        };
        plan.Config = done.Config;
        if (done.Said is { } said)
        {
            plan.History.Add(new() { CreatedBy = said, Comment = Comment, EmptyLayer = true });
        }
    }

    private static (ImageConfig, string) Label(StagePlan plan, LabelInstruction instruction, Func<string, string> expand)
    {
        var labels = new SortedDictionary<string, string>(plan.Config.Labels?.ToDictionary() ?? [], StringComparer.Ordinal);
        var pairs = instruction.Pairs.Select(pair => (Key: expand(pair.Key), Value: expand(pair.Value))).ToList();
        foreach (var (key, value) in pairs)
        {
            labels[key] = value;
        }

        return (plan.Config with { Labels = labels }, "LABEL " + string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private static (ImageConfig, string) Cmd(StagePlan plan, CmdInstruction instruction)
    {
        var words = WithShell(plan, instruction.Command);
        plan.HasOwnCommand = true;
        return (plan.Config with { Cmd = words, ArgsEscaped = true }, $"CMD {Words(words)}");
    }

    private static (ImageConfig, string) Entrypoint(StagePlan plan, EntrypointInstruction instruction)
    {
        var words = WithShell(plan, instruction.Command);
        // The base image's command was meant for its own entry point.
        return (plan.Config with { Entrypoint = words, Cmd = plan.HasOwnCommand ? plan.Config.Cmd : null }, $"ENTRYPOINT {Words(words)}");
    }

    private static IReadOnlyList<string> WithShell(StagePlan plan, Command command) =>
        !command.IsShellForm ? command.Words : command.Words[0].Length == 0 ? [] : [.. plan.Shell, command.Words[0]];

    private static (ImageConfig, string) Expose(StagePlan plan, ExposeInstruction instruction, Func<string, IReadOnlyList<string>> expandWords)
    {
        var ports = new SortedDictionary<string, EmptyObject>(plan.Config.ExposedPorts?.ToDictionary() ?? [], StringComparer.Ordinal);
        var added = instruction.Ports.SelectMany(expandWords).SelectMany(Ports).Order(StringComparer.Ordinal).ToList();
        foreach (var port in added)
        {
            ports[port] = EmptyObject.Value;
        }

        return (plan.Config with { ExposedPorts = ports }, $"EXPOSE map[{string.Join(' ', added.Select(port => port + ":{}"))}]");
    }

    /// <summary><c>80</c>, <c>80/udp</c>, <c>8000-8010/tcp</c>; a host's port before a colon means nothing here.</summary>
    private static IEnumerable<string> Ports(string text)
    {
        var port = text[(text.LastIndexOf(':') + 1)..];
        var (range, protocol) = port.Split('/') switch { [var r] => (r, "tcp"), [var r, var p] => (r, p.ToLowerInvariant()), _ => ("", "") };
        var ends = range.Split('-');
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new InvalidArgumentException($"invalid proto: {(protocol.Length > 0 ? protocol : text)}");
        }

        if (ends.Length > 2 || !ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first)
        {
            throw new InvalidArgumentException($"invalid containerPort: {text}");
        }

        return Enumerable.Range(first, last - first + 1).Select(number => $"{number}/{protocol}");
    }

    private static (ImageConfig, string) Volume(StagePlan plan, VolumeInstruction instruction, Func<string, IReadOnlyList<string>> expandWords)
    {
        var volumes = new SortedDictionary<string, EmptyObject>(plan.Config.Volumes?.ToDictionary() ?? [], StringComparer.Ordinal);
        var added = instruction.Paths.SelectMany(expandWords).ToList();
        foreach (var path in added)
        {
            volumes[path] = EmptyObject.Value;
        }

        return (plan.Config with { Volumes = volumes }, $"VOLUME [{string.Join(' ', added)}]");
    }

    private static (ImageConfig, string) User(StagePlan plan, string user) => (plan.Config with { User = user }, $"USER {user}");

    private static (ImageConfig, string) StopSignal(StagePlan plan, string signal)
    {
        var isNumber = int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 64;
        return isNumber || (signal.Length > 2 && signal.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-'))
            ? (plan.Config with { StopSignal = signal }, $"STOPSIGNAL {signal}")
            : throw new InvalidArgumentException($"invalid signal: {signal}");
    }

    private static (ImageConfig, string) Maintainer(StagePlan plan, MaintainerInstruction instruction)
    {
        plan.Author = instruction.Name;
        return (plan.Config, $"MAINTAINER {instruction.Name}");
    }

    private static ImageHealthcheck Healthcheck(HealthcheckInstruction check) => new()
    {
        Test = check.Test,
        Interval = check.Interval,
        Timeout = check.Timeout,
        StartPeriod = check.StartPeriod,
        StartInterval = check.StartInterval,
        Retries = check.Retries,
    };

    private static string Duration(long nanoseconds) => $"\"{(nanoseconds == 0 ? "0s" : TimeSpan.FromTicks(nanoseconds / 100).TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s")}\"";

    /// <summary>As Go quotes a number that it takes for a character.</summary>
    private static string Rune(int number) => number switch
    {
        7 => @"'\a'",
        8 => @"'\b'",
        9 => @"'\t'",
        10 => @"'\n'",
        11 => @"'\v'",
        12 => @"'\f'",
        13 => @"'\r'",
        '\'' => @"'\''",
        '\\' => @"'\\'",
        < ' ' or 0x7F => $@"'\x{number:x2}'",
        <= 0x7E => $"'{(char)number}'",
        <= 0xFFFF => $@"'\u{number:x4}'",
        _ => $@"'\U{number:x8}'",
    };

    /// <summary>As Go writes a list of quoted strings.</summary>
    private static string Words(IEnumerable<string> words) => $"[{string.Join(' ', words.Select(word => $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}]";
}
