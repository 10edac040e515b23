namespace Gantry.Cli.CommandLine;

/// <summary>The options of one command, and the reading of arguments as Docker's flags are written.</summary>
internal sealed class OptionSet
{
    private readonly List<Option> _options = [];

    public IReadOnlyList<Option> All => _options;

    public Option this[string name] => Find(name) ?? throw new InvalidOperationException($"option --{name} is not declared");

    public Option? Find(string name) => _options.Find(o => o.Name == name) ?? (FormerName(name) is { } now ? _options.Find(o => o.Name == now) : null);

    public void Add(string name, char? shorthand, string type, string description, string? defaultText = null) =>
        _options.Add(new Option(name, shorthand, type, description, defaultText));

    /// <summary>An option that no help tells of.</summary>
    public void AddHidden(string name, char? shorthand, string type, string? defaultText = null) =>
        _options.Add(new Option(name, shorthand, type, "", defaultText) { IsHidden = true });

    /// <summary>An option of Docker's that is told to be none here, and why.</summary>
    /// <param name="exitCode">Docker's, where the command gives others to what it runs.</param>
    public void AddRefused(string name, string type, string refusal, int exitCode = 1) =>
        _options.Add(new Option(name, null, type, "", null) { IsHidden = true, Refusal = refusal, RefusalCode = exitCode });

    /// <summary>Takes the options out of the arguments; what remains is returned in order.</summary>
    /// <exception cref="FormatException">An option is unknown or has no or a wrong value.</exception>
    public List<string> Parse(ReadOnlySpan<string> arguments, bool stopAtFirst)
    {
        var rest = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--" || (argument.Length < 2 || argument[0] != '-') && stopAtFirst)
            {
                if (argument == "--") i++;
                rest.AddRange(arguments[i..]);
                break;
            }

            if (argument.Length < 2 || argument[0] != '-') rest.Add(argument);
            else if (argument[1] == '-') ParseLong(argument, arguments, ref i);
            else ParseShort(argument, arguments, ref i);
        }

        return rest;
    }

    private void ParseLong(string argument, ReadOnlySpan<string> arguments, ref int i)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument[2..] : argument[2..equals];
        if (name.Length == 0 || name[0] == '-') throw new FormatException($"bad flag syntax: {argument}");
        var option = Find(name);
        if (option is null) throw name == "help" ? new HelpRequestedException() : new FormatException($"unknown flag: --{name}");
        if (equals >= 0) option.Set(argument[(equals + 1)..]);
        else if (option.IsSwitch) option.Set("true");
        else if (++i < arguments.Length) option.Set(arguments[i]);
        else throw new FormatException($"flag needs an argument: --{name}");
    }

    // Names that Docker still takes and no longer shows.
    private static string? FormerName(string name) => name switch
    {
        "net" => "network",
        "net-alias" => "network-alias",
        "dns-opt" => "dns-option",
        "time" => "timeout",
        _ => null,
    };

    // -it, -p8080:80, -p=8080:80, -p 8080:80
    private void ParseShort(string argument, ReadOnlySpan<string> arguments, ref int i)
    {
        for (var at = 1; at < argument.Length; at++)
        {
            var letter = argument[at];
            var option = _options.Find(o => o.Shorthand == letter);
            if (option is null) throw letter == 'h' ? new HelpRequestedException() : new FormatException($"unknown shorthand flag: '{letter}' in -{argument[at..]}");
            if (at + 1 < argument.Length && argument[at + 1] == '=')
            {
                option.Set(argument[(at + 2)..]);
                return;
            }

            if (option.IsSwitch)
            {
                option.Set("true");
                continue;
            }

            if (at + 1 < argument.Length) option.Set(argument[(at + 1)..]);
            else if (++i < arguments.Length) option.Set(arguments[i]);
            else throw new FormatException($"flag needs an argument: '{letter}' in -{argument[at..]}");
            return;
        }
    }
}

internal sealed class HelpRequestedException : Exception;
