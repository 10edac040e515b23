using System.Collections;
using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Compose.Display;
using Gantry.Cli.Hosts;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Compose;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>A command of Compose with its options read, and the project it is for.</summary>
internal sealed class ComposeCall(Invocation call, OptionSet shared)
{
    /// <summary>What is said of a file is said once, however often it is loaded.</summary>
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    public Invocation Call => call;

    public IReadOnlyList<string> Arguments => call.Arguments;

    public Session Session => call.Session;

    public Output Out => call.Out;

    /// <summary>Used by several threads at once.</summary>
    public GantryClient Client => field ??= IsDryRun ? call.Session.Rehearse(new Rehearsal()) : call.Session.ConcurrentClient;

    public bool Flag(string name) => call.Flag(name);

    public bool Has(string name) => call.Has(name);

    public string Text(string name) => call.Text(name);

    public IReadOnlyList<string> List(string name) => call.List(name);

    public long Number(string name) => call.Number(name);

    /// <summary>What would be done is only told.</summary>
    public bool IsDryRun => shared["dry-run"].AsBoolean() || call.TryOption("dry-run")?.AsBoolean() == true;

    /// <summary>Seconds to stop in, where they are given.</summary>
    public int? Timeout => Has("timeout") ? (int)Number("timeout") : null;

    /// <summary>Options before the command: <c>--project-name</c>, <c>--progress</c>, …</summary>
    public OptionSet Shared => shared;

    public IComposeProgress Progress => field ??= IsDryRun ? new RehearsedProgress(Display) : Display;

    /// <summary>How many things may be done at once; null for all.</summary>
    public int? Parallel => (shared["parallel"].IsGiven ? shared["parallel"].AsInteger() : ParallelLimit()) is > 0 and var limit ? (int)limit : null;

    /// <summary>Of up and down, an environment variable says it too, which an environment file of the project may set.</summary>
    /// <param name="project">Null where only its name is known.</param>
    public bool RemovesOrphans(ComposeProject? project = null) => Has("remove-orphans") ? Flag("remove-orphans")
        : call.Command.Name is "up" or "down" && SwitchVariable.IsOn(project?.Environment.GetValueOrDefault(SwitchVariable.RemoveOrphans) ?? Environment.GetEnvironmentVariable(SwitchVariable.RemoveOrphans));

    /// <summary>What the command line says of the project; more is set with <c>with</c>.</summary>
    public LoadOptions LoadOptions() => new()
    {
        Files = shared["file"].Values,
        ProjectName = shared["project-name"].IsGiven ? shared["project-name"].AsString() : null,
        ProjectDirectory = (shared["project-directory"].IsGiven ? shared["project-directory"] : shared["workdir"]) is { IsGiven: true } directory ? directory.AsString() : null,
        EnvFiles = shared["env-file"].Values,
        Profiles = shared["profile"].Values,
        CurrentDirectory = Environment.CurrentDirectory,
        Environment = Variables(),
        // Console.In would set up the terminal, which most commands must not touch.
        StandardInput = new StreamReader(StandardStream.Input),
        Artifacts = new RegistryProjects(call.Session),
        KeepsUnused = shared["all-resources"].AsBoolean(),
        Warn = Warn,
    };

    /// <summary>The project of the files, with the services that are named and what they depend on; all for none.</summary>
    public ComposeProject Project(IReadOnlyList<string>? services = null) => Load(LoadOptions() with { Services = services ?? [] });

    /// <summary>
    /// The project where there is a file for it, without what its environment files say; null where only its name is known. No file is
    /// looked for where <c>--project-name</c> stands alone.
    /// </summary>
    /// <exception cref="ComposeException">There is no such service.</exception>
    public ComposeProject? TryProject(IReadOnlyList<string>? services = null)
    {
        var options = LoadOptions() with { Services = services ?? [], ReadsEnvFiles = false };
        if (shared["file"].IsGiven || !IsNamed) return Load(options);
        if (shared["project-name"].IsGiven) return null;
        try
        {
            return Load(options);
        }
        catch (ComposeException)
        {
            return null;
        }
    }

    private ComposeProject Load(LoadOptions options) => ComposeLoader.Load(options).Project with { Separator = IsCompatible ? "_" : "-" };

    /// <summary>The name of the project, without reading a file where it was given.</summary>
    public string ProjectName() => IsNamed && !shared["file"].IsGiven ? NameGiven! : ComposeLoader.LoadTree(LoadOptions()).Project.Name;

    public ComposeEngine Engine(string project) => new(Client, project) { Proxies = new Dictionary<string, string>(Session.ProxyVariables, StringComparer.Ordinal) };

    public void Warn(string text)
    {
        if (_warned.Add(text)) call.Out.ErrorLine($"WARN[0000] {text}");
    }

    /// <summary>What was drawn of the progress stays, and what comes next is below it.</summary>
    public void EndProgress() => (Display as TerminalProgress)?.End();

    private IComposeProgress Display => field ??= ComposeDisplay.Create(call.Out, shared["progress"].AsString(), Ansi, SwitchVariable.IsOn(Environment.GetEnvironmentVariable(SwitchVariable.StatusOnOutput)));

    private string Ansi => shared["ansi"].IsGiven ? shared["ansi"].AsString() : shared["no-ansi"].AsBoolean() ? "never" : Environment.GetEnvironmentVariable("COMPOSE_ANSI") ?? "auto";

    /// <summary>Names are what version 1 gave.</summary>
    private bool IsCompatible => shared["compatibility"].AsBoolean() || Environment.GetEnvironmentVariable("COMPOSE_COMPATIBILITY") is "1" or "true";

    private string? NameGiven => shared["project-name"].IsGiven ? shared["project-name"].AsString() : Environment.GetEnvironmentVariable("COMPOSE_PROJECT_NAME");

    private bool IsNamed => !string.IsNullOrEmpty(NameGiven);

    private static long ParallelLimit()
    {
        const string variable = "COMPOSE_PARALLEL_LIMIT";
        return Environment.GetEnvironmentVariable(variable) is not { } text ? -1
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) ? limit
            : throw new CommandLineException($"{variable} must be an integer (found: {OptionValues.Quote(text)})");
    }

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(item => (string)item.Key, item => (string?)item.Value ?? "", StringComparer.Ordinal);
}
