using Gantry.Cli.Hosts;
using Gantry.Client;

namespace Gantry.Cli.CommandLine;

/// <summary>A command with its options read, and what it works with.</summary>
/// <param name="client">The session's, where it is null.</param>
internal sealed class Invocation(Command command, string path, OptionSet options, List<string> arguments, Session session, GantryClient? client = null)
{
    public Command Command => command;

    /// <summary>As typed: "ps" or "container ls".</summary>
    public string Path => path;

    public IReadOnlyList<string> Arguments => arguments;

    public Session Session => session;

    public GantryClient Client => client ?? session.Client;

    public Output Out => session.Out;

    /// <summary>An option was given.</summary>
    public bool HasAny => options.All.Any(option => option.IsGiven);

    public bool Has(string name) => options[name].IsGiven;

    public bool Flag(string name) => options[name].AsBoolean();

    public string Text(string name) => options[name].AsString();

    public IReadOnlyList<string> List(string name) => options[name].Values;

    public long Number(string name) => options[name].AsInteger();

    public Option Option(string name) => options[name];

    /// <summary>Null where the command has no such option.</summary>
    public Option? TryOption(string name) => options.Find(name);
}
