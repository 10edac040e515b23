using Gantry.Compose.Binding;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose;

/// <summary>From files and variables to a project.</summary>
public static class ComposeLoader
{
    /// <exception cref="ComposeException">A file is missing or wrong; the message says where.</exception>
    public static LoadedProject Load(LoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var loaded = LoadTree(options);
        var (frame, tree) = (loaded.Project, loaded.Tree);
        var project = ProjectBinder.Bind(tree, frame, options.Warn).WithProfiles(Profiles(options, frame.Environment));
        if (options.Services.Count > 0)
        {
            var enabled = options.Services.Where(project.DisabledServices.ContainsKey).SelectMany(name => project.DisabledServices[name].Profiles);
            project = project.WithProfiles([.. project.Profiles, .. enabled]);
        }

        if (options.ChecksConsistency)
        {
            new ConsistencyChecks(project, tree).Check();
        }

        project = options.KeepsUnused ? project : project.WithoutUnused();
        // A file that only others need may be missing.
        project = project.WithServices(options.Services);
        return new(project with { Services = MappingReader.Sorted(project.Services.Select(pair => KeyValuePair.Create(pair.Key, Completed(pair.Value)))) }, tree);

        ComposeService Completed(ComposeService service)
        {
            var scaled = service is { Scale: not null, Deploy: not null } && options.ChecksConsistency
                ? service with { Deploy = service.Deploy with { Replicas = service.Scale } }
                : service;
            var labelled = ServiceEnvironment.WithLabels(scaled, options.Warn);
            return options.ReadsEnvFiles ? ServiceEnvironment.WithEnvironment(labelled, project.Environment, options.Warn) : labelled;
        }
    }

    /// <summary>The merged tree alone, and a project that has only what does not come from it; for <c>config --no-interpolate</c> and <c>--explain</c>.</summary>
    /// <exception cref="ComposeException">A file is missing or wrong; the message says where.</exception>
    public static LoadedProject LoadTree(LoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Variables that name the files can come from an environment file themselves.
        var first = ProjectFiles.WorkingDirectory(options, [.. options.Files.Where(file => file != ProjectFiles.StandardInput && !RemoteFiles.IsRemote(file)).Select(file => Path.GetFullPath(file, options.CurrentDirectory))]);
        var environment = EnvironmentFiles.With(options.Environment, EnvironmentFiles.Named(options, options.Environment, first), _ => { });
        var files = ProjectFiles.Find(options, environment);
        var directory = ProjectFiles.WorkingDirectory(options, files);
        environment = EnvironmentFiles.With(environment, EnvironmentFiles.Named(options, environment, directory), options.Warn);

        var read = files.Select(file => (File: file, Documents: Documents(file, options))).ToArray();
        var name = ProjectName.Of(options, environment, read.SelectMany(file => file.Documents), directory);
        environment.TryAdd("COMPOSE_PROJECT_NAME", name);

        var tree = new ModelLoader(options, environment, directory, [files[0]]).Load(read);
        if (tree.Count == 0)
        {
            throw new ComposeException($"empty compose file: {files[0]}");
        }

        if (options.ResolvesPaths)
        {
            new RelativePaths(directory, environment).Apply(tree);
        }

        if (options.Normalizes)
        {
            tree.Set("name", new ScalarNode(name, (tree["name"] ?? tree).Origin));
            Normalizer.Apply(tree, name, options.Interpolates ? environment : null);
        }

        var frame = new ComposeProject
        {
            Name = name,
            WorkingDirectory = directory,
            ComposeFiles = files,
            Environment = environment,
            Services = Empty.Map<ComposeService>(),
        };
        return new(frame, tree);
    }

    private static IReadOnlyList<Node> Documents(string file, LoadOptions options)
    {
        var text = file == ProjectFiles.StandardInput
            ? options.StandardInput?.ReadToEnd() ?? throw new ComposeException("there is no standard input to read the Compose file from")
            : FileText.Read(file);
        return YamlReader.Read(text, file);
    }

    private static IReadOnlyList<string> Profiles(LoadOptions options, IReadOnlyDictionary<string, string> environment) =>
        options.Profiles.Count > 0 ? options.Profiles
        : [.. environment.GetValueOrDefault("COMPOSE_PROFILES", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}

/// <param name="Tree">What the project was made of: merged, canonical, each value with its place.</param>
public sealed record LoadedProject(ComposeProject Project, MappingNode Tree);
