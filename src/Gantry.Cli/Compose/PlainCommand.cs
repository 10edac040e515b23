using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose;

/// <summary>A command on a container, for those of Compose that are the same with another way to name it.</summary>
internal static class PlainCommand
{
    /// <summary>What Compose's command has of the plain one's options goes on to it.</summary>
    /// <param name="more">Options that only the plain command has.</param>
    public static Invocation From(ComposeCall call, Command command, IEnumerable<string> arguments, params IReadOnlyList<(string Name, string Value)> more)
    {
        var options = new OptionSet();
        command.Options?.Invoke(options);
        foreach (var option in options.All)
        {
            if (call.Call.TryOption(option.Name) is not { } given) continue;
            foreach (var value in given.Values) option.Set(value);
        }

        foreach (var (name, value) in more) options[name].Set(value);
        return new(command, command.Name, options, [.. arguments], call.Session);
    }
}
