using Gantry.Cli.Bake;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Cli.Hosts;
using Gantry.Spec;

namespace Gantry.Tests.Bake;

/// <summary>
/// A folder below Cases: the files of a definition, and what <c>bake --print</c> says of it, as Docker's buildx prints it. A file
/// <c>arguments</c> has one argument a line, <c>environment</c> a variable, and <c>stdin</c> is the standard input.
/// </summary>
internal sealed record BakeCase(string Name)
{
    private static readonly string Root = Path.Combine(RepositoryRoot.Path, "tests", "Gantry.Tests", "Bake", "Cases");

    private string Directory => Path.GetFullPath(Path.Combine(Root, Name));

    public static IEnumerable<string> Names(string expected) =>
        System.IO.Directory.EnumerateDirectories(Root).Where(directory => File.Exists(Path.Combine(directory, expected))).Select(directory => Path.GetFileName(directory)!).Order();

    public string Expected(string file) => File.ReadAllText(Path.Combine(Directory, file));

    /// <exception cref="GantryException">The case is a wrong one.</exception>
    public string Print()
    {
        var command = BuilderDefinitions.Bake();
        var options = new OptionSet();
        command.Options?.Invoke(options);
        var rest = options.Parse(Lines("arguments"), stopAtFirst: false);
        using var session = new Session("gantry");
        var call = new Invocation(command, command.Name, options, rest, session);
        var inputs = new BakeInputs
        {
            Directory = Directory,
            Environment = Lines("environment").Append("HOME=/home/dev").Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        };
        var input = Path.Combine(Directory, "stdin");
        using var standard = new StringReader(File.Exists(input) ? File.ReadAllText(input) : "");
        var definition = BakeLoader.Load(BakeFile.Read(call.List("file"), inputs.Directory, inputs.Environment, standard), inputs);
        return call.Has("list") ? BakeList.Of(definition, call.Text("list")) : BakeText.Of(BakeOptions.Select(call, definition, inputs));
    }

    /// <summary>Takes what was printed for a file of its own.</summary>
    public static string PrintAgain(string printed)
    {
        var inputs = new BakeInputs { Directory = Root, Environment = new Dictionary<string, string>() };
        return BakeText.Of(BakeSelection.Of(BakeLoader.Load([new("printed.json", printed)], inputs), [], [], target => target));
    }

    private string[] Lines(string file)
    {
        var path = Path.Combine(Directory, file);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
