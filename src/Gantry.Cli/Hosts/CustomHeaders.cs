using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;

namespace Gantry.Cli.Hosts;

/// <summary>Headers that the user wants sent: those of DOCKER_CUSTOM_HEADERS, or else of config.json.</summary>
internal static class CustomHeaders
{
    private const string Variable = "DOCKER_CUSTOM_HEADERS";

    public static IEnumerable<KeyValuePair<string, string>> Of(ConfigFile config) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Csv.Split(text).Select(Parse) : config.HttpHeaders.Select(Checked);

    private static KeyValuePair<string, string> Parse(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : pair[..equals].Trim();
        if (equals < 0) throw Wrong($"missing \"=\" in key=value pair: '{pair}'");
        if (name.Length == 0) throw Wrong($"value contains a key=value pair with an empty key: '{pair}'");
        return Checked(KeyValuePair.Create(name, pair[(equals + 1)..]));
    }

    private static KeyValuePair<string, string> Checked(KeyValuePair<string, string> header) =>
        header.Key.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) && !header.Value.AsSpan().ContainsAny('\r', '\n')
            ? header
            : throw new CommandLineException($"Failed to initialize: {OptionValues.Quote($"{header.Key}: {header.Value}")} cannot be sent as a header");

    private static CommandLineException Wrong(string why) => new($"Failed to initialize: failed to set custom headers from {Variable} environment variable: {why}");
}
