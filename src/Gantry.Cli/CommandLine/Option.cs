using System.Globalization;
using Gantry.Spec;

namespace Gantry.Cli.CommandLine;

/// <summary>One option and what was given for it.</summary>
internal sealed class Option(string name, char? shorthand, string type, string description, string? defaultText)
{
    private readonly List<string> _values = [];

    public string Name => name;

    public char? Shorthand => shorthand;

    public string Type => type;

    public string Description => description;

    public string? DefaultText => defaultText;

    public bool IsSwitch => type == "bool";

    public bool IsHidden { get; init; }

    /// <summary>Why it cannot be given; null where it can.</summary>
    public string? Refusal { get; init; }

    public int RefusalCode { get; init; } = 1;

    public bool IsGiven => _values.Count > 0;

    public IReadOnlyList<string> Values => _values;

    public string Label => shorthand is { } s ? $"-{s}, --{name}" : $"--{name}";

    private bool IsRepeatable => type is "list" or "map" or "filter" or "mount" or "network" or "ulimit" or "stringArray" or "stringSlice" or "strings" or "stringToString" or "gpu-request";

    /// <exception cref="FormatException">The value is not one of the option's type; the message is the reason.</exception>
    /// <exception cref="CommandLineException">The option is one of Docker's that is refused.</exception>
    public void Set(string value)
    {
        if (Refusal is not null) throw new CommandLineException($"--{name}: {Refusal}", RefusalCode);
        var reason = OptionValues.Check(type, name, value);
        if (reason is not null) throw new FormatException($"invalid argument {OptionValues.Quote(value)} for \"{Label}\" flag: {reason}");
        if (!IsRepeatable) _values.Clear();
        _values.Add(value);
    }

    public bool AsBoolean() => IsGiven ? GoBoolean.TryParse(_values[0], out var b) && b : defaultText == "true";

    public string AsString() => IsGiven ? _values[0] : defaultText ?? "";

    public long AsInteger() => long.TryParse(AsString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
