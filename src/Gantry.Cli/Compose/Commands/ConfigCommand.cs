using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Interpolation;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose config: the model that the files make.</summary>
internal static class ConfigCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "config [OPTIONS] [SERVICE...]", "Parse, resolve and render compose file in canonical format", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("environment", null, "bool", "Print environment used for interpolation.");
        o.Add("explain", null, "bool", "Print which file, line and variables each value came from");
        o.Add("format", null, "string", "Format the output. Values: [yaml | json]", "yaml");
        o.Add("hash", null, "string", "Print the service config hash, one per line.");
        o.Add("images", null, "bool", "Print the image names, one per line.");
        o.Add("lock-image-digests", null, "bool", "Produces an override file with image digests");
        o.Add("models", null, "bool", "Print the model names, one per line.");
        o.Add("networks", null, "bool", "Print the network names, one per line.");
        o.Add("no-consistency", null, "bool", "Don't check model consistency - warning: may produce invalid Compose output");
        o.Add("no-env-resolution", null, "bool", "Don't resolve service env files");
        o.Add("no-interpolate", null, "bool", "Don't interpolate environment variables.");
        o.Add("no-normalize", null, "bool", "Don't normalize compose model.");
        o.Add("no-path-resolution", null, "bool", "Don't resolve file paths.");
        o.Add("output", 'o', "string", "Save to file (default to stdout)");
        o.Add("profiles", null, "bool", "Print the profile names, one per line.");
        o.Add("quiet", 'q', "bool", "Only validate the configuration, don't print anything.");
        o.Add("resolve-image-digests", null, "bool", "Pin image tags to digests");
        o.Add("services", null, "bool", "Print the service names, one per line.");
        o.Add("variables", null, "bool", "Print model variables and default values.");
        o.Add("volumes", null, "bool", "Print the volume names, one per line.");
    }, aliases: "compose config, compose convert");

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var isJson = call.Text("format") switch
        {
            "json" => true,
            "yaml" => false,
            var other => throw new CommandLineException($"unsupported format {OptionValues.Quote(other)}"),
        };
        var options = call.LoadOptions() with
        {
            Interpolates = !call.Flag("no-interpolate"),
            Normalizes = !call.Flag("no-normalize"),
            ResolvesPaths = !call.Flag("no-path-resolution"),
            ReadsEnvFiles = !call.Flag("no-env-resolution"),
            ChecksConsistency = !call.Flag("no-consistency"),
        };
        var text = Listing(call, options, isJson) ?? await ModelAsync(call, options with { Services = call.Arguments }, isJson).ConfigureAwait(false);
        if (call.Flag("quiet")) return 0;
        if (call.Has("output")) await File.WriteAllTextAsync(call.Text("output"), text).ConfigureAwait(false);
        else call.Out.Write(text);
        return 0;
    }

    /// <summary>One thing of the model, one a line, of all services; null where none is asked for.</summary>
    private static string? Listing(ComposeCall call, LoadOptions options, bool isJson)
    {
        if (call.Flag("variables")) return VariableList.Of(ModelVariables.Of(ComposeLoader.LoadTree(options with { Interpolates = false }).Tree), isJson);
        if (call.Flag("explain")) return Lines(ValueOrigins.Of(ComposeLoader.Load(options)).Select(value => $"{value.Path}: {value.Value}  # {Place(value)}"));
        if (call.Flag("services")) return Lines(InOrder(ComposeLoader.Load(options).Project));
        if (call.Flag("profiles")) return Lines(ComposeLoader.Load(options).Project.AllServices.SelectMany(service => service.Profiles).Distinct().Order(StringComparer.Ordinal));
        if (call.Has("hash")) return Lines(Hashes(ComposeLoader.Load(options with { ReadsEnvFiles = false }).Project, call.Text("hash")));
        if (((string[])["volumes", "networks", "models", "images", "environment"]).FirstOrDefault(call.Flag) is not { } kind) return null;
        var project = ComposeLoader.Load(options with { Services = call.Arguments }).Project;
        return Lines(kind switch
        {
            "volumes" => project.Volumes.Keys,
            "networks" => project.Networks.Keys,
            "models" => project.Models.Values.Select(model => model.Model),
            "images" => project.Services.Values.Select(service => service.Image ?? $"{project.Name}-{service.Name}"),
            _ => project.Environment.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}={item.Value}"),
        });
    }

    private static async Task<string> ModelAsync(ComposeCall call, LoadOptions options, bool isJson)
    {
        var (locks, resolves) = (call.Flag("lock-image-digests"), call.Flag("resolve-image-digests"));
        if (!options.Interpolates)
        {
            if (locks || resolves) throw new CommandLineException("--no-interpolate leaves no name of an image that could be resolved; leave out one of the options");
            var tree = ComposeLoader.LoadTree(options).Tree;
            return isJson ? CanonicalText.Json(tree) : CanonicalText.Yaml(tree);
        }

        var project = ComposeLoader.Load(options).Project;
        if (locks || resolves) project = await ImageDigests.PinAsync(call.Client, call.Session.Config, project).ConfigureAwait(false);
        if (locks) project = ImageDigests.Only(project);
        return isJson ? CanonicalText.Json(project) : CanonicalText.Yaml(project);
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

    private static string Place(ValueOrigin value) => value.Origin.Sources.Count == 0 ? $"{value.Origin}" : $"{value.Origin}, from {string.Join(", ", value.Origin.Sources)}";

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
