using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;
using Gantry.Cli.Hosts;

namespace Gantry.Cli.Building;

/// <summary>
/// The builders of a user beside the one that each daemon is, and which of them is used: <c>gantry/builders/NAME.json</c> and
/// <c>gantry/builder.json</c> beside config.json. buildx's own, which run BuildKit, are elsewhere.
/// </summary>
internal sealed partial class BuilderStore(string configDirectory)
{
    private const string Suffix = ".json";
    private const string Everywhere = "";
    private readonly string directory = Path.Combine(configDirectory, "gantry", "builders");
    private readonly string choice = Path.Combine(configDirectory, "gantry", "builder.json");

    public NamedBuilder? Find(string name) => Names().IsMatch(name) && File.Exists(PathOf(name)) ? NamedBuilder.Read(PathOf(name)) : null;

    public IReadOnlyList<NamedBuilder> List() => !Directory.Exists(directory) ? []
        : [.. Directory.EnumerateFiles(directory, "*" + Suffix).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal).Select(NamedBuilder.Read)];

    public void Put(NamedBuilder builder)
    {
        if (builder.Name == Builder.DefaultName) throw new CommandLineException($"ERROR: {builder.Name} is a reserved name and cannot be used to identify builder instance");
        if (!Names().IsMatch(builder.Name)) throw new CommandLineException($"ERROR: invalid builder name {OptionValues.Quote(builder.Name)}, name should contain only alphanumeric, hyphen and underscore characters");
        PrivateFile.Replace(PathOf(builder.Name), file => file.Write(builder.ToUtf8()));
    }

    public void Remove(string name) => File.Delete(PathOf(name));

    /// <summary>The builder that is used where nobody names one; null for the daemon itself.</summary>
    /// <param name="context">Of which context, or address.</param>
    public string? ChoiceOf(string context)
    {
        var all = Choices();
        var name = Text(all[context]) is { Length: > 0 } here ? here : Text(all[Everywhere]);
        return name.Length > 0 && Find(name) is not null ? name : null;
    }

    /// <param name="context">Null for all of them.</param>
    /// <param name="name">Null for the daemon itself.</param>
    public void Choose(string? context, string? name)
    {
        var all = Choices();
        if (context is null) all.Clear();
        all.Remove(context ?? Everywhere);
        if (name is not null) all[context ?? Everywhere] = name;
        else all.Remove(Everywhere);
        PrivateFile.Replace(choice, file => file.Write(Encoding.UTF8.GetBytes(StoredContext.Serialize(all))));
    }

    private JsonObject Choices()
    {
        try
        {
            return File.Exists(choice) && JsonNode.Parse(File.ReadAllBytes(choice)) is JsonObject kept ? kept : [];
        }
        catch (JsonException)
        {
            // Whoever chooses next writes it anew.
            return [];
        }
    }

    private string PathOf(string name) => Path.Combine(directory, name + Suffix);

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]*$")]
    private static partial Regex Names();
}
