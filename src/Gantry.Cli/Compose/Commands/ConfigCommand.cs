using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose config: the model that the files make.</summary>
internal static class ConfigCommand
{
    public static Command Define(OptionSet shared) => new("config", "config [OPTIONS] [SERVICE...]", "Parse, resolve and render compose file in canonical format", 0, Command.Any, call => new(Run(new ComposeCall(call, shared))))
    {
        Aliases = "compose config, compose convert",
        Options = static o =>
        {
            o.Add("environment", null, "bool", "Print environment used for interpolation.");
            o.Add("explain", null, "bool", "Print which file, line and variables each value came from");
            o.Add("format", null, "string", "Format the output. Values: [yaml | json]", "yaml");
            o.Add("hash", null, "string", "Print the service config hash, one per line.");
            o.Add("images", null, "bool", "Print the image names, one per line.");
            o.Add("no-consistency", null, "bool", "Don't check model consistency - warning: may produce invalid Compose output");
            o.Add("no-interpolate", null, "bool", "Don't interpolate environment variables.");
            o.Add("no-normalize", null, "bool", "Don't normalize compose model.");
            o.Add("no-path-resolution", null, "bool", "Don't resolve file paths.");
            o.Add("output", 'o', "string", "Save to file (default to stdout)");
            o.Add("profiles", null, "bool", "Print the profile names, one per line.");
            o.Add("quiet", 'q', "bool", "Only validate the configuration, don't print anything.");
            o.Add("services", null, "bool", "Print the service names, one per line.");
            o.Add("volumes", null, "bool", "Print the volume names, one per line.");
        },
    };

    private static int Run(ComposeCall call)
    {
        var options = call.LoadOptions() with
        {
            Services = call.Arguments,
            Interpolates = !call.Flag("no-interpolate"),
            Normalizes = !call.Flag("no-normalize"),
            ResolvesPaths = !call.Flag("no-path-resolution"),
            ChecksConsistency = !call.Flag("no-consistency"),
            KeepsUnused = true,
        };
        var text = TextOf(call, options);
        if (call.Flag("quiet")) return 0;
        if (call.Has("output")) File.WriteAllText(call.Text("output"), text);
        else call.Out.Write(text);
        return 0;
    }

    private static string TextOf(ComposeCall call, LoadOptions options)
    {
        var isJson = call.Text("format") switch
        {
            "json" => true,
            "yaml" => false,
            var other => throw new CommandLineException($"unsupported format {OptionValues.Quote(other)}"),
        };
        if (call.Flag("no-interpolate"))
        {
            var tree = ComposeLoader.LoadTree(options).Tree;
            return isJson ? CanonicalText.Json(tree) + "\n" : CanonicalText.Yaml(tree);
        }

        var loaded = ComposeLoader.Load(options);
        var project = loaded.Project;
        if (call.Flag("explain")) return Lines(ValueOrigins.Of(loaded.Tree).Select(value => $"{value.Path}: {value.Value}  # {Place(value)}"));
        if (call.Flag("services")) return Lines(InOrder(project));
        if (call.Flag("volumes")) return Lines(project.Volumes.Keys);
        if (call.Flag("profiles")) return Lines(project.AllServices.SelectMany(service => service.Profiles).Distinct().Order(StringComparer.Ordinal));
        if (call.Flag("images")) return Lines(project.Services.Values.Select(service => service.Image ?? $"{project.Name}-{service.Name}"));
        if (call.Flag("environment")) return Lines(project.Environment.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}={item.Value}"));
        if (call.Has("hash")) return Lines(Hashes(project, call.Text("hash")));
        return isJson ? CanonicalText.Json(project) + "\n" : CanonicalText.Yaml(project);
    }

    private static IEnumerable<string> Hashes(ComposeProject project, string asked)
    {
        var names = asked == "*" ? project.Services.Keys : asked.Split(',');
        return names.Order(StringComparer.Ordinal)
            .Select(name => $"{name} {ServiceHash.Of(project.Services.GetValueOrDefault(name) ?? throw new ComposeException($"no such service: {name}"))}");
    }

    /// <summary>What others depend on comes first.</summary>
    private static List<string> InOrder(ComposeProject project)
    {
        var ordered = new List<string>();
        foreach (var name in project.Services.Keys) Add(name);
        return ordered;

        void Add(string name)
        {
            if (ordered.Contains(name) || !project.Services.TryGetValue(name, out var service)) return;
            foreach (var dependency in service.DependsOn.Keys) Add(dependency);
            ordered.Add(name);
        }
    }

    private static string Place(ValueOrigin value) => value.Origin.Variables.Count == 0 ? $"{value.Origin}" : $"{value.Origin}, from {string.Join(", ", value.Origin.Variables)}";

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
